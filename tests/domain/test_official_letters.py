"""Which official letters a record gives grounds for, and what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from domain import commands as c
from domain.official_letters import LetterForm, OfficialKind, OfficialLetter, draft, grounds_for
from tests.domain import situations
from tests.worlds.life import Life

K = OfficialKind
ON = date(2024, 9, 2)


def drafted(kind: OfficialKind, life: Life) -> OfficialLetter:
    return draft(kind, life.problem, life.rules, issuer="示例局", on=ON)


@pytest.mark.parametrize(
    ("life", "kinds"),
    [
        (situations.registered, ()),
        (situations.under_review, (K.TRANSFER,)),
        (lambda: situations.silent_until(1), (K.TRANSFER, K.PRESSING, K.ESCALATION)),
        (lambda: situations.silent_until(2), (K.TRANSFER, K.PRESSING, K.SUPERVISION)),
        (lambda: situations.silent_until(3), (K.TRANSFER, K.PRESSING, K.INTERVIEW)),
        (lambda: situations.silent_until(4), (K.TRANSFER, K.PRESSING, K.PUBLIC_SUPERVISION)),
        (situations.closed, (K.TRANSFER, K.CLOSURE)),
    ],
)
def test_the_record_gives_grounds_for_letters(
    life: Callable[[], Life], kinds: tuple[OfficialKind, ...]
) -> None:
    lived = life()
    assert grounds_for(lived.problem, lived.rules) == kinds
    for kind in kinds:
        letter = drafted(kind, lived)
        words = "".join(letter.paragraphs)
        assert lived.problem.problem_no in words
        assert lived.problem.facts.enterprise in letter.title
        assert letter.addressee.endswith("局")


def test_a_letter_without_grounds_is_not_written() -> None:
    with pytest.raises(ValueError, match="no grounds for closure"):
        drafted(K.CLOSURE, situations.under_review())


def test_the_transfer_says_by_when_and_for_what_the_district_answers() -> None:
    letter = drafted(K.TRANSFER, situations.under_review())
    assert letter.paragraphs[-1].startswith("请于2024年")
    assert "包括整改及处罚等情况" in letter.paragraphs[-1]
    assert letter.annexes == ("整改表",)


def test_a_supplement_says_why_the_answer_went_back() -> None:
    life = situations.under_review()
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    reason = life.problem.submissions[-1].reason
    assert reason
    assert f"退回原因：{reason}。" in drafted(K.SUPPLEMENT, life).paragraphs
    unsaid = replace(life.problem, submissions=())
    letter = draft(K.SUPPLEMENT, unsaid, life.rules, issuer="示例局", on=ON)
    assert not any("退回原因" in said for said in letter.paragraphs)


def test_an_order_names_its_level_s_clause_and_what_the_problem_was_listed_for() -> None:
    words = "\n".join(drafted(K.SUPERVISION, situations.silent_until(2)).paragraphs)
    rests_on = words.index("督办依据：示例：提级后10个工作日仍未完成整改。")
    assert rests_on < words.index("请你局压实责任")
    assert "列入生态环保督察问题清单，列入事由：" in words
    assert "该时限已过，请立即办理" in words


def test_what_is_known_of_a_problem_is_said_and_no_more() -> None:
    life = situations.under_review(2)
    problem = life.problem
    facts = replace(problem.facts, requirement="立即\n整改", credit_code="", found_on=None)
    told = replace(problem, facts=facts, transferred_on=None)
    words = draft(K.SUPERVISION, told, life.rules, issuer="示例局", on=ON).paragraphs
    assert "整改要求：立即 整改。" in words
    assert words[0].startswith("我局移交你局的")
    assert "统一社会信用代码" not in "".join(words)
    assert not any("时限" in one for one in words)
    plain = replace(told, facts=replace(facts, requirement=""))
    letter = draft(K.SUPERVISION, plain, life.rules, issuer="示例局", on=ON)
    assert not any(one.startswith("整改要求") for one in letter.paragraphs)


def test_letters_are_called_and_laid_out_as_the_standard_has_it() -> None:
    ordinary = {one.label for one in K if one.form is LetterForm.ORDINARY}
    assert ordinary == {"约谈通知书", "挂牌督办通知书", "销号单"}


def test_a_level_that_the_policy_in_force_no_longer_has_rests_on_no_clause() -> None:
    life = situations.silent_until(1)
    rules = replace(life.rules, policy=replace(life.rules.policy, levels=()))
    letter = draft(K.ESCALATION, life.problem, rules, issuer="示例局", on=ON)
    assert not any("督办依据" in said for said in letter.paragraphs)
