"""Facts and duties in full: every field that the ledger, the list and the auditor rely on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

from domain import commands as c
from domain import events as e
from domain.agenda import Duty, DutyKind, agenda
from domain.local_time import at_local, midnight_ending
from domain.reminders import spread
from domain.rules import Rules
from domain.stages import Fact
from domain.words.working import explain
from tests.worlds.life import MONDAY, Life, default_rules, transferred

DUE = date(2024, 7, 9)
AFTER_DUE = date(2024, 7, 10)
DUE_AT = at_local(AFTER_DUE, time(0))


def next_duty(life: Life) -> Duty:
    """What is due next."""
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    return duty


def test_duties_of_a_round_name_their_round() -> None:
    life = transferred()
    life.prove()
    later = spread(life.problem.problem_no)
    at = at_local(date(2024, 7, 4), time(9)) + later
    reminder = Duty(kind=DutyKind.REMINDER, at=at, round_no=1, detail="d-5")
    assert next_duty(life) == reminder
    assert reminder.cause == f"duty:reminder:d-5@2024-07-04T01:00:{later.seconds:02}+00:00"
    life.until(date(2024, 7, 9))
    assert next_duty(life) == Duty(kind=DutyKind.ROUND_DUE, at=DUE_AT, round_no=1)


def test_the_date_of_the_transfer_is_a_duty_of_the_round_it_falls_in() -> None:
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 7, 1))
    life.prove()
    at = midnight_ending(date(2024, 7, 1))
    assert next_duty(life) == Duty(kind=DutyKind.TRANSFER_DATE_DUE, at=at, round_no=1)


def test_a_level_whose_days_are_used_up_is_due_on_the_day_its_clock_runs_again() -> None:
    life = transferred()
    life.until(date(2024, 7, 24), time(20))
    life.answer(receipt="last-day")
    life.until(date(2024, 7, 29))
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    clock = life.problem.level_clock
    assert (clock.used, clock.running_from) == (9, date(2024, 7, 29))
    life.until(date(2024, 7, 29), time(20))
    assert next_duty(life).at > life.now
    exhausted = replace(clock, used=10)
    life.problem_or_none = replace(life.problem, level_clock=exhausted)
    assert next_duty(life) == Duty(
        kind=DutyKind.LEVEL_DUE, at=midnight_ending(date(2024, 7, 29)), detail="2"
    )


def bureau_due(detail: str, last_day: date) -> Duty:
    return Duty(kind=DutyKind.BUREAU_DUE, at=midnight_ending(last_day), detail=detail)


def test_the_bureaus_duties_fall_due_after_their_working_days() -> None:
    life = transferred()
    life.until(date(2024, 7, 4))
    life.answer()
    assert next_duty(life) == bureau_due("review:#1", date(2024, 7, 11))
    life.review()
    assert next_duty(life) == bureau_due("revisit:#1", date(2024, 7, 25))
    life.revisit()
    assert next_duty(life) == bureau_due("approval:#1", date(2024, 7, 9))


def test_a_life_of_the_first_version_is_told_once_that_its_bureau_is_late() -> None:
    life = Life(rules=replace(default_rules(), version=1))
    life.register()
    life.transfer()
    life.until(date(2024, 7, 4))
    life.answer()
    assert next_duty(life) == Duty(kind=DutyKind.REVIEW_DUE, at=midnight_ending(date(2024, 7, 11)))
    life.review()
    assert next_duty(life) == Duty(kind=DutyKind.REVISIT_DUE, at=midnight_ending(date(2024, 7, 25)))
    life.revisit()
    assert next_duty(life) == Duty(kind=DutyKind.APPROVAL_DUE, at=midnight_ending(date(2024, 7, 9)))
    life.until(date(2024, 8, 30))
    assert life.problem.bureau_overdue == (e.BureauDuty.APPROVAL,)
    assert agenda(life.problem, life.rules) is None


def test_a_life_does_not_end_before_it_closed() -> None:
    life = transferred()
    life.until(AFTER_DUE)
    life.answer()
    life.until(date(2024, 8, 30))
    life.review()
    life.revisit()
    life.approve()
    assert next_duty(life) == Duty(kind=DutyKind.LIFE_END, at=life.now)


def test_everything_that_follows_from_silence_in_full() -> None:
    life = transferred()
    life.until(AFTER_DUE)
    began = next(
        i
        for i, v in enumerate(life.events)
        if isinstance(v, e.FactEstablished) and v.fact is Fact.NO_FEEDBACK
    )
    policy = life.rules.policy
    rule = next(r for r in policy.deductions if r.fact is Fact.NO_FEEDBACK)
    listing = policy.listing_rule(Fact.NO_FEEDBACK)
    level = policy.level_rule(1)
    assert listing is not None
    assert level is not None
    assert life.events[began : began + 5] == [
        e.FactEstablished(
            fact=Fact.NO_FEEDBACK, occurrence=1, round_no=1, planned_at=DUE_AT, on=DUE
        ),
        e.PointsDeducted(
            rule_id=rule.rule_id,
            fact=Fact.NO_FEEDBACK,
            occurrence=1,
            points=Decimal("0.2"),
            capped=False,
            clause=rule.clause,
            paper="",
            district="500103",
            year=2024,
            on=DUE,
            policy=f"chongqing-2024@{policy.version}",
            established=began + 1,
            counted=1,
            told_on=AFTER_DUE,
            planned_at=DUE_AT,
            awaits_receipt=True,
        ),
        e.PlacedOnList(
            reason=Fact.NO_FEEDBACK, on=DUE, clause=listing.clause, established=began + 1
        ),
        e.LevelRaised(level=1, title=level.title, planned_at=DUE_AT, on=DUE),
        e.FactEstablished(fact=Fact.RED_LIGHT, occurrence=1, round_no=1, planned_at=DUE_AT, on=DUE),
    ]


def test_a_second_ground_is_added_with_its_day_and_a_level_with_its_planned_instant() -> None:
    life = transferred()
    life.until(date(2024, 7, 25), time(12))
    raised = [v for v in life.events if isinstance(v, e.LevelRaised)]
    assert raised[-1].planned_at == midnight_ending(date(2024, 7, 24))
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    added = next(v for v in life.events if isinstance(v, e.ListReasonAdded))
    assert (added.reason, added.on) == (Fact.NOT_STRICT_OR_FALSE, date(2024, 7, 25))


def test_without_a_cap_points_have_no_bound_and_another_year_has_its_own_cap() -> None:
    free = replace(default_rules().policy, cap_per_problem_year=None)
    life = Life(rules=Rules(free, default_rules().calendar))
    life.register()
    life.transfer()
    for _ in range(4):
        life.answer()
        life.review(c.Verdict.FOUND_FALSE)
    assert life.problem.points == Decimal(14)
    capped = transferred(date(2024, 12, 27))
    for day in (date(2024, 12, 30), date(2024, 12, 31), date(2025, 1, 2), date(2025, 1, 3)):
        capped.until(day)
        capped.answer()
        capped.review(c.Verdict.FOUND_FALSE)
    by_year = {d.year: Decimal(0) for d in capped.problem.deductions}
    for row in capped.problem.deductions:
        by_year[row.year] += row.points
    assert by_year == {2024: Decimal(5), 2025: Decimal(5)}


def test_the_working_of_a_date_in_full() -> None:
    rules = default_rules()
    steps = explain(date(2026, 12, 18), rules.policy.clocks.feedback, rules.calendar)
    assert steps[0].code == "counted_from"
    assert {step.code for step in steps} >= {"raw_last_day", "due", "clause", "provisional"}
    assert all(step.on >= MONDAY for step in steps)
    assert all(step.note.endswith("。") for step in steps)
    due = next(step for step in steps if step.code == "due")
    for code in ("clause", "provisional"):
        assert next(step for step in steps if step.code == code).on == due.on
    assert steps[0].on == due.on - timedelta(days=17)
