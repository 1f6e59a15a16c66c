"""What falls away, falls away whole: the round a finding opened, the level, what rested on a proof."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from domain import commands as c
from domain import events as e
from domain.bureau import owes
from domain.notices import NoticeKind, is_obsolete
from domain.policy import Policy
from domain.refusals import Refusal
from domain.roles import SYSTEM
from domain.rules import Rules
from domain.stages import Fact
from tests.worlds.life import MONDAY, SUPERVISOR, Life, default_rules

FALSE, RETURN = c.Verdict.FOUND_FALSE, c.Verdict.RETURN_FOR_SUPPLEMENT
BOX = "a@example.cn"


def told(rules: Rules | None = None, rectify_by: date | None = None, **facts: object) -> Life:
    """A life whose district is proven to have been told on the day of the transfer, and nothing later."""
    life = Life(rules=rules or default_rules(), served=False)
    life.register(**facts)
    life.transfer(rectify_by=rectify_by)
    life.prove()
    return life


def found_false(life: Life, on: date) -> None:
    """The district answers on a day, and it is found false; the district is told."""
    life.until(on)
    life.answer()
    life.review(FALSE)
    life.prove()


def upheld(life: Life, receipt: str) -> None:
    """Two persons uphold an appeal."""
    life.answer_appeal(receipt, uphold=True)
    life.agree()


def bounced(life: Life, round_no: int) -> None:
    """The notice of a round came back."""
    life.do(
        c.ReportBounce(
            round_no=round_no, notice_key="x", recipient=BOX, reported_at=life.now, by=SYSTEM
        )
    )


def leading_to(fact: Fact, level: int) -> Rules:
    """Rules by which a fact leads to a level at once."""
    default = default_rules()
    levels = tuple(
        replace(one, at_facts=(fact,)) if one.level == level else one
        for one in default.policy.levels
    )
    policy: Policy = replace(default.policy, levels=levels, content_hash="at-once")
    return replace(default, policy=policy)


# -- the round that a finding opened ----------------------------------------------------------------


def test_a_finding_that_falls_takes_the_date_with_it_that_it_set() -> None:
    life = told()
    found_false(life, date(2024, 6, 25))
    upheld(life, life.appeal())
    assert owes(life.problem, e.BureauDuty.NEW_DATE, "r2")
    life.until(date(2024, 9, 2))
    assert (life.problem.points, life.problem.level) == (Decimal(0), 0)
    assert life.problem.entry is None


def test_a_failed_revisit_that_falls_asks_nothing_of_the_district() -> None:
    life = told()
    life.answer()
    life.review()
    life.until(date(2024, 7, 9))
    life.revisit(c.RevisitResult.NOT_IN_PLACE)
    life.prove()
    upheld(life, life.appeal())
    life.until(date(2024, 9, 2))
    assert life.problem.points == 0
    assert life.problem.entry is None


def test_what_was_found_late_with_that_round_falls_with_the_finding() -> None:
    life = told()
    found_false(life, date(2024, 6, 25))
    receipt = life.appeal()
    life.until(date(2024, 7, 12))
    assert life.problem.times(Fact.OVERDUE_RECTIFICATION) == 1
    raised = next(one for one in life.notices if one.kind is NoticeKind.LEVEL_RAISED)
    upheld(life, receipt)
    assert is_obsolete(raised, life.problem, answer_in_inbox=False) == "fallen"
    assert (life.problem.points, life.problem.level) == (Decimal(0), 0)
    assert life.problem.entry is None


def test_each_finding_takes_its_own_round_and_no_other() -> None:
    life = told()
    found_false(life, date(2024, 6, 25))
    receipt = life.appeal()
    found_false(life, date(2024, 6, 26))
    upheld(life, receipt)
    assert life.problem.rounds[-1].excused_at is None
    life.until(date(2024, 7, 11))
    assert life.problem.times(Fact.OVERDUE_RECTIFICATION) == 1
    assert life.problem.entry is not None


def test_a_return_that_falls_takes_its_supplement_with_it() -> None:
    life = told(default_rules("jinhua"))
    life.until(date(2024, 7, 5))
    life.answer()
    life.review(RETURN)
    life.prove()
    upheld(life, life.appeal())
    assert life.problem.rounds[-1].excused_at is not None
    assert life.problem.points == 0


# -- the level --------------------------------------------------------------------------------------


def test_a_level_that_rose_on_a_proof_that_is_withdrawn_falls_back() -> None:
    life = told()
    found_false(life, date(2024, 6, 25))
    life.until(date(2024, 7, 12))
    assert life.problem.level == 2
    bounced(life, 2)
    assert life.problem.level == 1
    assert NoticeKind.LEVEL_LOWERED in [one.kind for one in life.notices]
    raised = next(one for one in life.notices if one.kind is NoticeKind.LEVEL_RAISED)
    assert is_obsolete(raised, life.problem, answer_in_inbox=False) == "fallen"
    life.until(date(2024, 9, 2))
    assert life.problem.level == 1


def test_a_level_falls_to_what_the_grounds_lead_to_that_stand() -> None:
    life = told()
    life.until(date(2024, 7, 10))
    receipt = life.appeal()
    life.until(date(2024, 7, 25))
    assert life.problem.level == 2
    found_false(life, date(2024, 7, 26))
    upheld(life, receipt)
    assert life.problem.level == 1
    assert life.problem.entry is not None
    life.until(date(2024, 8, 9))
    assert life.problem.level == 1
    life.until(date(2024, 8, 10))
    assert life.problem.level == 2


def test_a_level_stays_as_long_as_its_days_count_from_a_ground_that_stands() -> None:
    life = told()
    life.until(date(2024, 7, 25))
    assert life.problem.level == 2
    found_false(life, date(2024, 7, 26))
    upheld(life, life.appeal())
    assert life.problem.level == 2


def test_days_of_a_suspension_lead_to_no_level() -> None:
    life = told()
    life.until(date(2024, 7, 12))
    life.suspend(60)
    life.until(date(2024, 8, 12))
    life.resume()
    life.until(date(2024, 8, 24))
    assert life.problem.level == 2
    found_false(life, date(2024, 8, 26))
    upheld(life, life.appeal())
    assert life.problem.level == 2


def test_a_level_that_a_fact_led_to_at_once_falls_with_it() -> None:
    life = told(leading_to(Fact.NOT_STRICT_OR_FALSE, 3))
    life.until(date(2024, 7, 10))
    found_false(life, date(2024, 7, 11))
    assert life.problem.level == 3
    upheld(life, life.appeal())
    assert life.problem.level == 1


# -- what rested on a proof -------------------------------------------------------------------------


def test_what_was_stated_of_a_district_falls_with_the_only_proof_that_it_was_told() -> None:
    life = told(default_rules("guangyuan-2018"))
    life.propose(c.StateFact(fact=Fact.CRITICISED, on=MONDAY, source="示例通报"))
    life.agree()
    assert life.problem.points == Decimal(2)
    bounced(life, 1)
    assert life.problem.points == 0


def test_what_was_stated_stands_while_another_round_is_proven_told() -> None:
    life = told(default_rules("guangyuan-2018"))
    life.answer()
    life.review(RETURN)
    life.prove()
    life.propose(c.StateFact(fact=Fact.CRITICISED, on=MONDAY, source="示例通报"))
    life.agree()
    bounced(life, 1)
    assert life.problem.points == Decimal(2)


def test_nobody_is_reminded_of_a_lateness_that_fell_with_its_proof() -> None:
    life = told()
    life.until(date(2024, 7, 10), time(1))
    bounced(life, 1)
    told_of = [one for one in life.notices if one.kind is NoticeKind.OVERDUE_REMINDER]
    assert {is_obsolete(one, life.problem, answer_in_inbox=False) for one in told_of} == {"fallen"}


def test_a_reason_that_fell_is_told_of_no_more_while_another_stands() -> None:
    life = told()
    life.until(date(2024, 7, 10), time(1))
    found_false(life, date(2024, 7, 10))
    bounced(life, 1)
    listed = [one for one in life.notices if one.kind is NoticeKind.LISTED]
    said = [is_obsolete(one, life.problem, answer_in_inbox=False) for one in listed]
    assert said == ["fallen", ""]


# -- two persons ------------------------------------------------------------------------------------


def test_whoever_corrects_the_district_alone_does_not_give_its_points_back_too() -> None:
    life = told(default_rules("jinhua"))
    life.answer()
    life.review(RETURN)
    life.do(c.ReassignProblem(to_district="500104", reason="示例", by=SUPERVISOR))
    with pytest.raises(Refusal) as refusal:
        life.agree()
    assert refusal.value.code == "second_person_required"
    life.agree(replace(SUPERVISOR, id="supervisor-2"))
    assert life.problem.points == 0
