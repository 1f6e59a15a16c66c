"""按超期天数: a lateness costs by the days it lasts, no day of the bureau's among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from domain import commands as c
from domain import events as e
from domain.agenda import DutyKind, agenda
from domain.local_time import midnight_ending
from domain.policy import Band, DeductionRule, LateBand, Policy, content_hash
from domain.roles import SYSTEM
from domain.rules import Rules
from domain.stages import Fact
from tests.worlds.life import OFFICER, SUPERVISOR, Life, default_rules

DUE = date(2024, 7, 9)
BY_DAYS = DeductionRule(
    rule_id="late",
    fact=Fact.NO_FEEDBACK,
    also_for=(Fact.OVERDUE_RECTIFICATION,),
    bands=(),
    by_days_late=(
        LateBand(days=1, points=Decimal("0.1")),
        LateBand(days=4, points=Decimal("0.3")),
        LateBand(days=10, points=Decimal(1)),
    ),
    clause="示例",
)


def priced(*rules: DeductionRule, **changes: object) -> Rules:
    default = default_rules()
    given = {"deductions": rules, "cap_per_problem_year": None} | changes
    policy: Policy = replace(default.policy, **given)  # type: ignore[arg-type]
    return replace(default, policy=policy)


def transferred_under(rules: Rules, rectify_by: date | None = None) -> Life:
    life = Life(rules=rules)
    life.register()
    life.transfer(rectify_by=rectify_by)
    life.prove()
    return life


def rows(life: Life) -> list[tuple[int, str]]:
    return [
        (one.days_late, str(one.points)) for one in life.events if isinstance(one, e.PointsDeducted)
    ]


@pytest.mark.parametrize(
    ("day", "posted"),
    [
        (date(2024, 7, 9), []),
        (date(2024, 7, 10), [(1, "0.1")]),
        (date(2024, 7, 12), [(1, "0.1")]),
        (date(2024, 7, 13), [(1, "0.1"), (4, "0.2")]),
        (date(2024, 7, 18), [(1, "0.1"), (4, "0.2")]),
        (date(2024, 7, 19), [(1, "0.1"), (4, "0.2"), (10, "0.7")]),
        (date(2024, 9, 30), [(1, "0.1"), (4, "0.2"), (10, "0.7")]),
    ],
)
def test_a_silence_costs_by_its_days_from_the_day_after_the_last(
    day: date, posted: list[tuple[int, str]]
) -> None:
    life = transferred_under(priced(BY_DAYS))
    life.until(day, time(0))
    assert rows(life) == posted


def test_the_answer_ends_it() -> None:
    life = transferred_under(priced(BY_DAYS))
    life.until(date(2024, 7, 12))
    life.answer()
    life.until(date(2024, 7, 30))
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    life.until(date(2024, 8, 3))
    assert rows(life) == [(1, "0.1")]


def test_each_missed_date_has_its_own_days() -> None:
    life = transferred_under(priced(BY_DAYS))
    life.until(date(2024, 7, 14))
    life.answer()
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    life.until(life.problem.rounds[-1].due_on + timedelta(days=1))
    assert rows(life) == [(1, "0.1"), (4, "0.2"), (1, "0.1")]


def test_the_transfers_own_date_is_priced_by_its_days_too() -> None:
    life = transferred_under(priced(BY_DAYS), rectify_by=date(2024, 7, 3))
    life.until(date(2024, 7, 8))
    assert rows(life) == [(1, "0.1"), (4, "0.2")]


def test_days_of_a_suspension_are_none() -> None:
    life = transferred_under(priced(BY_DAYS))
    life.until(date(2024, 7, 11))
    life.suspend()
    life.until(date(2024, 7, 31))
    life.resume()
    life.until(date(2024, 8, 1))
    assert rows(life) == [(1, "0.1")]
    life.until(date(2024, 8, 2))
    assert rows(life) == [(1, "0.1"), (4, "0.2")]


def test_an_outage_moves_no_day_into_another_year() -> None:
    life = transferred_under(priced(BY_DAYS))
    life.until(date(2024, 7, 10))
    duty = agenda(life.problem, life.rules)
    while duty is not None and duty.kind is not DutyKind.LATENESS_DUE:
        life.meet(duty)
        duty = agenda(life.problem, life.rules)
    assert duty is not None
    life.meet(duty, late_by=timedelta(days=200))
    row = life.problem.deductions[-1]
    assert (row.year, row.on, row.days_late) == (2024, DUE, 4)
    event = next(one for one in reversed(life.events) if isinstance(one, e.PointsDeducted))
    assert event.planned_at == midnight_ending(date(2024, 7, 12))


def test_a_problem_of_another_policy_is_not_priced_by_what_happened_before_it() -> None:
    life = transferred_under(priced(BY_DAYS))
    life.until(date(2024, 7, 10))
    later = replace(
        life.rules.policy, version="99", deductions=(replace(BY_DAYS, rule_id="later"),)
    )
    later = replace(later, content_hash=content_hash(later))
    life.do(c.ApplyPolicy(policy=later, proposed_by=OFFICER, by=SUPERVISOR))
    life.until(date(2024, 8, 1))
    assert rows(life) == [(1, "0.1")]


def test_a_ground_that_falls_gives_back_its_own_days_and_no_others() -> None:
    life = transferred_under(priced(BY_DAYS))
    life.until(date(2024, 7, 14))
    life.answer()
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    life.until(life.problem.rounds[-1].due_on + timedelta(days=4))
    assert rows(life) == [(1, "0.1"), (4, "0.2"), (1, "0.1"), (4, "0.2")]
    life.answer_appeal(life.appeal(0), uphold=True)
    life.agree(SUPERVISOR)
    assert [str(row.left) for row in life.problem.deductions] == ["0", "0.0", "0.1", "0.2"]


def test_rules_by_times_stand_beside_rules_by_days() -> None:
    once = DeductionRule(
        rule_id="once",
        fact=Fact.NO_FEEDBACK,
        bands=(Band(occurrence=1, points=Decimal(5)),),
        clause="示例",
    )
    life = transferred_under(priced(BY_DAYS, once))
    life.until(date(2024, 7, 13))
    assert rows(life) == [(1, "0.1"), (0, "5"), (4, "0.2")]


def test_a_cap_holds_days_like_anything() -> None:
    life = transferred_under(priced(BY_DAYS, cap_per_problem_year=Decimal("0.2")))
    life.until(date(2024, 8, 1))
    assert rows(life) == [(1, "0.1"), (4, "0.1")]


def test_nothing_grows_against_a_district_that_nobody_can_show_was_told() -> None:
    life = transferred_under(priced(BY_DAYS))
    life.until(date(2024, 7, 10))
    life.do(c.ReportBounce(round_no=1, notice_key="n", reported_at=life.now, by=SYSTEM))
    life.served = False
    life.until(date(2024, 8, 30))
    assert life.problem.points == Decimal(0)


def test_a_lateness_that_was_reversed_lasts_no_longer() -> None:
    life = transferred_under(priced(BY_DAYS))
    life.until(date(2024, 7, 11))
    life.answer_appeal(life.appeal(), uphold=True)
    life.agree(SUPERVISOR)
    life.until(date(2024, 8, 30))
    assert life.problem.points == Decimal(0)
    assert rows(life) == [(1, "0.1")]
