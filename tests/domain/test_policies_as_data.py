"""The rules are data: policies draw their published points through the same decisions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.commands import RevisitResult, Verdict
from domain.deadlines import due_date
from domain.events import LevelRaised, ListReasonAdded, PlacedOnList, PointsDeducted
from domain.policy import Position
from domain.reminders import rungs_before
from domain.stages import Fact, Light
from tests.worlds.life import MONDAY, Life, default_rules

CHONGQING = "chongqing-2024"
GUANGYUAN = "guangyuan-2018"
JINHUA = "jinhua"


def life_under(policy_id: str, rectify_by: date | None = None, **facts: object) -> Life:
    life = Life(rules=default_rules(policy_id))
    life.register(**facts)
    life.transfer(rectify_by=rectify_by)
    return life


def returned(life: Life, times: int) -> Life:
    for _ in range(times):
        life.until(life.today + timedelta(days=1))
        life.answer()
        life.review(Verdict.RETURN_FOR_SUPPLEMENT)
    return life


def found_false(life: Life) -> Life:
    life.answer()
    life.review(Verdict.FOUND_FALSE, reason="台账与现场不符")
    return life


def not_in_place(life: Life, times: int) -> Life:
    for _ in range(times):
        life.answer()
        life.review(Verdict.ACCEPT_DONE)
        life.until(life.today + timedelta(days=1))
        life.revisit(RevisitResult.NOT_IN_PLACE)
    return life


def deducted(life: Life) -> list[tuple[str, str]]:
    return [
        (event.rule_id, str(event.points))
        for event in life.events
        if isinstance(event, PointsDeducted)
    ]


def papers(life: Life) -> list[str]:
    return [event.paper for event in life.events if isinstance(event, PointsDeducted)]


def just_before_due(life: Life) -> date:
    return life.problem.rounds[-1].due_on


# --- Guangyuan -----------------------------------------------------------------------------------


def test_guangyuan_lets_the_first_yellow_card_pass() -> None:
    life = life_under(GUANGYUAN)
    life.until(just_before_due(life))
    assert life.problem.times(Fact.YELLOW_LIGHT) == 1
    assert deducted(life) == []


def carded(months: int, times_a_month: int = 1) -> Life:
    """A life with so many yellow cards in each of so many months; it always answers in time."""
    life = life_under(GUANGYUAN)
    for month in range(months):
        for left in reversed(range(times_a_month)):
            life.until(just_before_due(life))
            life.answer()
            if not left:
                life.until(date(2024, 8 + month, 1))
            life.review(Verdict.RETURN_FOR_SUPPLEMENT)
    return life


def test_guangyuan_answers_the_second_yellow_card_with_a_letter_and_one_point() -> None:
    life = carded(2)
    assert life.problem.times(Fact.YELLOW_LIGHT) == 2
    assert deducted(life) == [("two-yellow-cards", "1")]
    assert papers(life) == ["专函督办"]


def test_guangyuan_judges_a_task_once_a_month() -> None:
    life = carded(1, times_a_month=2)
    assert life.problem.times(Fact.YELLOW_LIGHT) == 2
    assert deducted(life) == []


def test_guangyuan_deducts_nothing_more_for_a_third_yellow_card() -> None:
    life = carded(3)
    assert life.problem.times(Fact.YELLOW_LIGHT) == 3
    assert deducted(life) == [("two-yellow-cards", "1")]


def test_guangyuan_answers_the_transfers_own_date_with_a_red_light_too_and_once_a_month() -> None:
    life = life_under(GUANGYUAN, rectify_by=date(2024, 7, 3))
    life.until(date(2024, 7, 4))
    assert deducted(life) == [("red-light", "2")]
    life.until(date(2024, 7, 12))
    assert deducted(life) == [("red-light", "2")]


def test_guangyuan_answers_a_red_light_with_a_talk_and_two_points() -> None:
    life = life_under(GUANGYUAN)
    life.until(just_before_due(life) + timedelta(days=1))
    assert deducted(life) == [("red-light", "2")]
    assert papers(life) == ["约谈"]


def test_guangyuan_knows_neither_list_nor_levels() -> None:
    life = life_under(GUANGYUAN)
    life.until(just_before_due(life) + timedelta(days=60))
    assert life.problem.entry is None
    assert life.problem.level == 0


# --- Jinhua --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "in_all"), [(1, "0.2"), (2, "0.2"), (3, "0.5"), (4, "0.5"), (6, "0.5")]
)
def test_a_case_costs_jinhua_so_much_in_all_however_often_it_failed(
    times: int, in_all: str
) -> None:
    assert returned(life_under(JINHUA), times).problem.points == Decimal(in_all)


def test_jinhua_counts_returned_answers_and_failed_revisits_together() -> None:
    life = not_in_place(returned(life_under(JINHUA), 1), 2)
    assert deducted(life) == [("rework", "0.2"), ("rework", "0.3")]


def test_jinhuas_item_is_worth_five_points_and_no_more() -> None:
    (cap,) = default_rules(JINHUA).policy.account_caps
    assert (cap.rules, cap.points) == (("rework", "falsified", "shirked"), Decimal(5))


def test_jinhua_takes_one_point_for_a_false_answer() -> None:
    assert deducted(found_false(life_under(JINHUA))) == [("falsified", "1")]


@pytest.mark.parametrize("source", ["leader_instruction", "media_report", "referred", "assigned"])
def test_jinhua_doubles_what_leaders_departments_or_media_raised(source: str) -> None:
    life = returned(life_under(JINHUA, clue_source=source), 3)
    found_false(life)
    assert deducted(life) == [("rework", "0.4"), ("rework", "0.6"), ("falsified", "2")]


def test_jinhua_does_not_double_what_the_public_raised() -> None:
    life = found_false(life_under(JINHUA, clue_source="public_complaint"))
    assert deducted(life) == [("falsified", "1")]


# --- Chongqing -----------------------------------------------------------------------------------


def test_chongqing_lists_silence_deducts_and_starts_level_one() -> None:
    life = life_under(CHONGQING)
    life.until(just_before_due(life) + timedelta(days=1))
    assert deducted(life) == [("no-feedback", "0.2")]
    placed = [event for event in life.events if isinstance(event, PlacedOnList)]
    assert [(event.reason, event.clause) for event in placed] == [
        (Fact.NO_FEEDBACK, "本系统默认口径：计划未明文")
    ]
    assert life.problem.level == 1


@pytest.mark.parametrize(
    ("rule_id", "first", "second"),
    [
        ("no-feedback", "0.2", "0.4"),
        ("overdue-rectification", "0.5", "1"),
        ("not-strict-or-false", "2", "4"),
        ("not-in-place", "0.5", "1"),
    ],
)
def test_chongqing_doubles_every_ground_from_the_second_time(
    rule_id: str, first: str, second: str
) -> None:
    rule = next(r for r in default_rules(CHONGQING).policy.deductions if r.rule_id == rule_id)
    assert [(band.occurrence, str(band.points)) for band in rule.bands] == [
        (1, first),
        (2, second),
    ]
    assert "示例" in rule.clause


def test_chongqing_stops_at_the_cap_of_a_problem_and_year() -> None:
    life = life_under(CHONGQING)
    for _ in range(3):
        found_false(life)
    assert deducted(life) == [("not-strict-or-false", "2"), ("not-strict-or-false", "3")]
    assert [e.capped for e in life.events if isinstance(e, PointsDeducted)] == [False, True]
    assert life.problem.points == Decimal(5)


def test_chongqing_quotes_the_plan_for_each_of_its_own_grounds() -> None:
    life = life_under(CHONGQING)
    found_false(life)
    not_in_place(life, 1)
    life.until(just_before_due(life) + timedelta(days=1))
    grounds = {
        event.reason: event.clause
        for event in life.events
        if isinstance(event, PlacedOnList | ListReasonAdded)
    }
    assert set(grounds) == {
        Fact.NOT_STRICT_OR_FALSE,
        Fact.NOT_IN_PLACE,
        Fact.OVERDUE_RECTIFICATION,
    }
    assert all(clause.startswith("行动方案三（二）三是") for clause in grounds.values())


def test_chongqing_raises_levels_after_ten_ten_and_twenty_working_days() -> None:
    life = life_under(CHONGQING)
    life.until(MONDAY + timedelta(days=120))
    raised = [event for event in life.events if isinstance(event, LevelRaised)]
    assert [(event.level, event.title, event.on) for event in raised] == [
        (1, "纳入清单提级督办", date(2024, 7, 9)),
        (2, "督办函", date(2024, 7, 24)),
        (3, "约谈", date(2024, 8, 8)),
        (4, "挂牌督办", date(2024, 9, 6)),
    ]


def test_chongqings_ladder_grows_in_colour_and_audience() -> None:
    rules = default_rules(CHONGQING)
    ladder = rungs_before(MONDAY, date(2024, 7, 9), rules.policy, rules.calendar)
    assert [(rung.rung, rung.light) for rung in ladder] == [
        ("d-5", Light.BLUE),
        ("d-3", Light.YELLOW),
        ("d-1", Light.ORANGE),
    ]
    assert [len(rung.audience) for rung in ladder] == [1, 2, 3]
    assert rules.policy.reminders.overdue_audience == (
        Position.HANDLER,
        Position.SECTION_CHIEF,
        Position.DEPUTY_DIRECTOR,
        Position.DIRECTOR,
    )


@pytest.mark.parametrize(
    ("transferred_on", "due_on"),
    [
        (date(2024, 6, 21), date(2024, 7, 8)),  # 7-06 is a Saturday
        (date(2024, 6, 24), date(2024, 7, 9)),
        (date(2024, 9, 14), date(2024, 9, 29)),  # a make-up Sunday
        (date(2024, 9, 18), date(2024, 10, 8)),  # the National Day holiday
    ],
)
def test_chongqing_gives_fifteen_calendar_days(transferred_on: date, due_on: date) -> None:
    rules = default_rules(CHONGQING)
    due = due_date(transferred_on, rules.policy.clocks.feedback, rules.calendar)
    assert due.due_on == due_on
