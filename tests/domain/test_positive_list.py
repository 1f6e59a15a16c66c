"""The positive list 监督执法正面清单: whose problems no draw sends anybody to, and how they are revisited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain import commands as c
from domain.draw.announcing import Announcement, announce, fingerprint, rule_of
from domain.draw.checking import differences
from domain.draw.drawing import draw
from domain.positive_list import Listing, demand_plausible, stay_of
from domain.problem import Problem
from domain.refusals import Refusal
from domain.words.events import in_words
from tests.worlds.life import OFFICER, Life, some_facts, transferred

CODE, OTHER = "91500103MA5U000016", "91500103MA5U000024"
ONE = Listing(
    enterprise="重庆示例印务有限公司",
    credit_code="",
    ground="示例：守法记录良好",
    from_on=date(2024, 6, 1),
    until_on=date(2024, 12, 31),
)
DAY = date(2024, 7, 1)


def test_an_enterprise_is_known_by_its_code_where_both_have_one_and_else_by_its_name() -> None:
    assert ONE.is_of(some_facts(enterprise="重庆示例印务　有限公司"))
    assert ONE.is_of(some_facts(credit_code=CODE))
    coded = replace(ONE, credit_code=CODE)
    assert coded.is_of(some_facts(enterprise="改名后的示例公司", credit_code=CODE))
    assert not coded.is_of(some_facts(credit_code=OTHER))
    assert not ONE.is_of(some_facts(enterprise="重庆示例家具厂"))


def test_a_stay_counts_from_its_first_to_its_last_day_and_the_longest_is_told() -> None:
    short, long = replace(ONE, until_on=date(2024, 7, 1)), ONE
    assert stay_of([short, long], some_facts(), DAY) == long
    assert stay_of([short], some_facts(), DAY + timedelta(days=1)) is None
    assert stay_of([ONE], some_facts(), date(2024, 5, 31)) is None
    assert stay_of([ONE], some_facts(enterprise="重庆示例家具厂"), DAY) is None
    assert ONE.words == "示例：守法记录良好，有效期至2024年12月31日"


@pytest.mark.parametrize(
    ("listing", "code"),
    [
        (replace(ONE, until_on=date(2024, 5, 31)), "listing_days_crossed"),
        (replace(ONE, until_on=date(2024, 6, 30)), "listing_is_over"),
    ],
)
def test_a_stay_ends_after_it_begins_and_not_before_today(listing: Listing, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        demand_plausible(listing, DAY)
    assert refusal.value.code == code
    demand_plausible(ONE, DAY)


def rectified(**facts: Any) -> Life:
    life = transferred(**facts)
    life.answer()
    life.review()
    return life


def announced(*problems: Problem, listings: tuple[Listing, ...] = (ONE,)) -> Announcement:
    life = rectified()
    return announce(
        draw_id="draw-1",
        at=life.now,
        seed_source="示例",
        seed_on=life.today + timedelta(days=2),
        rule=rule_of(life.rules.policy),
        problems=problems,
        points={},
        people=(),
        listings=listings,
    )


def numbered(number: str, **facts: Any) -> Problem:
    return replace(rectified(**facts).problem, problem_no=number)


def test_a_draw_leaves_out_whom_the_list_covers_but_for_what_must_be_revisited() -> None:
    made = announced(
        numbered("CQ-1"),
        numbered("CQ-2", enterprise="重庆示例家具厂"),
        numbered("CQ-3", key_content="covert_discharge"),
    )
    assert [one.problem_no for one in made.candidates] == ["CQ-2", "CQ-3"]
    (left,) = made.left_out
    assert (left.problem_no, left.ground, left.until_on) == ("CQ-1", ONE.ground, ONE.until_on)
    assert differences(made, draw(made, "03 08")) == ()


def test_where_nobody_is_left_out_a_draw_hashes_as_it_did() -> None:
    made = announced(numbered("CQ-1"), listings=())
    assert made.left_out == ()
    assert fingerprint(made) != fingerprint(replace(made, seed_source="另一示例"))
    left = announced(numbered("CQ-1"), numbered("CQ-2", enterprise="重庆示例家具厂")).left_out
    assert fingerprint(replace(made, left_out=left)) != fingerprint(made)


def from_afar(life: Life, until: date | None) -> c.RecordRevisit:
    return c.RecordRevisit(
        on=life.today,
        result=c.RevisitResult.IN_PLACE,
        findings="在线数据核查",
        by=OFFICER,
        off_site=True,
        positive_until=until,
    )


def test_a_listed_enterprise_is_revisited_from_afar_and_the_record_says_so() -> None:
    life = rectified()
    done = life.do(from_afar(life, ONE.until_on))
    assert done.revisits[-1].off_site
    said = [in_words(one.event) for one in life.history if one.event.tag == "revisit:recorded"]
    assert "非现场；企业在正面清单内，有效期至2024年12月31日" in said[0]
    assert done.proposal is not None


@pytest.mark.parametrize(
    ("facts", "until"), [({}, None), ({"key_content": "covert_discharge"}, ONE.until_on)]
)
def test_nothing_else_is_revisited_from_afar(facts: dict[str, str], until: date | None) -> None:
    life = rectified(**facts)
    with pytest.raises(Refusal) as refusal:
        life.do(from_afar(life, until))
    assert refusal.value.code == "revisit_on_site"


def test_whoever_approves_a_closure_approves_how_it_was_revisited() -> None:
    near, far = rectified(), rectified()
    on_site = replace(from_afar(near, None), off_site=False)
    here, there = near.do(on_site).proposal, far.do(from_afar(far, ONE.until_on)).proposal
    assert here is not None
    assert there is not None
    assert here.content_hash != there.content_hash
