"""Lives of the second version keep their points: by the day and count of the moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from domain import commands as c
from domain import events as e
from domain.local_time import at_local
from domain.notices import NoticeKind
from domain.refusals import Refusal
from domain.rules import Rules
from domain.stages import Fact
from tests.worlds.life import OFFICER, OTHER_OFFICER, Life, default_rules, transferred

AFTER_DUE = date(2024, 7, 10)


def of_before(on: date = date(2024, 6, 24)) -> Life:
    """A life of the second version of the rules."""
    return transferred(on, version=2)


def found_false(life: Life) -> None:
    """The district answers and is found false."""
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)


def test_silence_counts_for_the_day_after_the_one_that_was_missed() -> None:
    life = of_before()
    life.until(AFTER_DUE)
    (row,) = life.problem.deductions
    entry = life.problem.entry
    assert entry is not None
    assert (row.on, row.told_on, entry.listed_on) == (AFTER_DUE, None, AFTER_DUE)
    assert life.problem.grounds == ()
    listed = next(o for o in life.notices if o.kind is NoticeKind.LISTED)
    assert dict(listed.details) == {"points": "0.2", "reason": "no_feedback"}
    assert all(order.kind is not NoticeKind.POINTS_DEDUCTED for order in life.notices)


def test_a_level_rises_on_the_morning_of_its_last_day() -> None:
    life = of_before()
    life.until(date(2024, 7, 24), time(9))
    raised = [event for event in life.events if isinstance(event, e.LevelRaised)]
    assert raised[-1].planned_at == at_local(date(2024, 7, 24), time(9))
    assert raised[-1].level == 2


def test_the_day_of_the_answer_counts_as_unrectified() -> None:
    life = of_before()
    life.until(date(2024, 7, 23), time(20))
    life.answer()
    assert life.problem.level_clock.used == 9


def test_what_was_reversed_counts_on_and_stays_listed() -> None:
    life = of_before()
    found_false(life)
    act = c.ReverseDeduction(deduction=life.problem.deductions[0].seq)
    life.propose(act, by=OTHER_OFFICER)
    life.agree()
    assert life.problem.entry is not None
    found_false(life)
    assert life.problem.points == Decimal(4)
    assert all(order.kind is not NoticeKind.POINTS_GIVEN_BACK for order in life.notices)


def test_what_is_listed_stays_with_its_district() -> None:
    life = of_before()
    life.until(AFTER_DUE)
    for command in (
        c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER),
        c.WithdrawProblem(reason="示例", by=OFFICER),
    ):
        with pytest.raises(Refusal) as refused:
            life.do(command)
        assert refused.value.code == "listed_stays"


def test_what_is_not_listed_is_handed_on_or_taken_back_without_a_word_about_points() -> None:
    moved, taken = of_before(), of_before()
    moved.do(c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER))
    taken.do(c.WithdrawProblem(reason="示例", by=OFFICER))
    assert not any(isinstance(v, e.FactFell) for v in (*moved.events, *taken.events))


def test_a_duplicate_is_joined_without_a_word_about_points() -> None:
    life = of_before()
    life.do(
        c.MergeProblem(
            into_no="CQ2024-0002",
            into_district="500103",
            into_enterprise=life.problem.facts.enterprise,
            into_key_content=None,
            into_is_open=True,
            into_due_on=None,
            reason="示例",
            by=OFFICER,
        )
    )
    assert life.problem.merged_into == "CQ2024-0002"


def test_a_passed_revisit_takes_the_problem_off_the_list() -> None:
    life = of_before()
    life.until(date(2024, 7, 12))
    life.answer()
    life.review()
    life.until(date(2024, 7, 26))
    life.revisit()
    assert (life.problem.entry, life.problem.level) == (None, 0)
    life.approve()


def test_the_cap_of_a_year_is_kept_by_the_day_of_finding() -> None:
    life = of_before()
    for _ in range(3):
        found_false(life)
    assert life.problem.points == Decimal(5)
    assert life.problem.times(Fact.NOT_STRICT_OR_FALSE) == 3
    free = replace(default_rules().policy, cap_per_problem_year=None)
    without = Life(rules=Rules(free, default_rules().calendar, 2))
    without.register()
    without.transfer()
    for _ in range(3):
        found_false(without)
    assert without.problem.points == Decimal(10)
