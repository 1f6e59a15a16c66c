from __future__ import annotations

import os
import time as os_time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.deadlines import (
    DayCount,
    DayCountRule,
    due_date,
    due_instant,
)
from domain.words.working import explain
from tests.worlds.calendars import NOTICE_2024, REAL

FEEDBACK = DayCountRule(
    days=15, unit=DayCount.CALENDAR_DAYS, clause="《2024年蓝天保卫执法行动方案》四（三）"
)
IN_WORKING_DAYS = replace(FEEDBACK, unit=DayCount.WORKING_DAYS)

# Day of transfer, fifteenth day, due in calendar days, due in working days.
REAL_DATES = [
    ("2024-06-21", "2024-07-06", "2024-07-08", "2024-07-12"),
    ("2024-06-24", "2024-07-09", "2024-07-09", "2024-07-15"),
    ("2024-09-13", "2024-09-28", "2024-09-29", "2024-10-11"),
    ("2024-09-14", "2024-09-29", "2024-09-29", "2024-10-12"),
    ("2024-09-16", "2024-10-01", "2024-10-08", "2024-10-12"),
    ("2024-09-27", "2024-10-12", "2024-10-12", "2024-10-23"),
    ("2024-01-25", "2024-02-09", "2024-02-09", "2024-02-20"),
    ("2024-01-26", "2024-02-10", "2024-02-18", "2024-02-21"),
    ("2025-01-13", "2025-01-28", "2025-02-05", "2025-02-08"),
    ("2025-09-19", "2025-10-04", "2025-10-09", "2025-10-16"),
    ("2026-01-31", "2026-02-15", "2026-02-24", "2026-02-27"),
    ("2026-09-16", "2026-10-01", "2026-10-08", "2026-10-13"),
]

# Day of transfer, months, the day they end on, and the day that gives way to.
REAL_MONTHS = [
    ("2024-01-31", 1, "2024-02-29", "2024-02-29"),
    ("2024-06-24", 6, "2024-12-24", "2024-12-24"),
    ("2024-03-31", 6, "2024-09-30", "2024-09-30"),
    ("2024-04-01", 6, "2024-10-01", "2024-10-08"),
    ("2024-08-31", 6, "2025-02-28", "2025-02-28"),
    ("2024-12-28", 1, "2025-01-28", "2025-02-05"),
]

DAYS = st.dates(date(2023, 12, 1), date(2028, 6, 30))
RULES = st.builds(
    DayCountRule,
    days=st.integers(1, 90),
    unit=st.sampled_from(DayCount),
    clause=st.just("示例"),
    count_first_day=st.booleans(),
)


def on(day: str) -> date:
    return date.fromisoformat(day)


def codes(counted_from: str, rule: DayCountRule) -> list[str]:
    return [step.code for step in explain(on(counted_from), rule, REAL)]


@pytest.mark.parametrize(("transferred", "raw", "due", "due_in_working_days"), REAL_DATES)
def test_fifteen_days_end_where_the_calendar_says(
    transferred: str, raw: str, due: str, due_in_working_days: str
) -> None:
    assert due_date(on(transferred), FEEDBACK, REAL).due_on == on(due)
    assert due_date(on(transferred), IN_WORKING_DAYS, REAL).due_on == on(due_in_working_days)
    unrolled = replace(FEEDBACK, roll_off_rest_days=False)
    assert due_date(on(transferred), unrolled, REAL).due_on == on(raw)
    assert not due_date(on(transferred), FEEDBACK, REAL).provisional
    assert not due_date(on(transferred), IN_WORKING_DAYS, REAL).provisional


def test_a_date_in_a_year_without_a_notice_is_provisional() -> None:
    for rule in (FEEDBACK, IN_WORKING_DAYS):
        assert due_date(on("2026-12-18"), rule, REAL).provisional
        assert explain(on("2026-12-18"), rule, REAL)[-1].code == "provisional"
    assert due_date(on("2026-12-18"), FEEDBACK, REAL).due_on == on("2027-01-04")


def test_a_date_in_the_last_days_of_the_last_announced_year_is_provisional() -> None:
    assert due_date(on("2026-12-14"), FEEDBACK, REAL).provisional
    assert not due_date(on("2026-12-13"), FEEDBACK, REAL).provisional


def test_working_days_counted_through_a_year_without_a_notice_make_a_date_provisional() -> None:
    only_2025_on = replace(REAL, years=REAL.years[1:])

    due = due_date(on("2024-12-24"), IN_WORKING_DAYS, only_2025_on)
    assert due.due_on.year == 2025
    assert due.provisional
    assert not due_date(on("2024-12-24"), FEEDBACK, only_2025_on).provisional


def test_a_due_date_carries_what_it_was_counted_with() -> None:
    due = due_date(on("2024-06-21"), FEEDBACK, REAL)

    assert due.due_at == datetime(2024, 7, 8, 16, tzinfo=UTC)
    assert due.counted_from == on("2024-06-21")
    assert due.calendar_version == REAL.version
    assert due.clause == "《2024年蓝天保卫执法行动方案》四（三）"


def test_a_cut_off_ends_the_last_day_at_close_of_business() -> None:
    rule = replace(FEEDBACK, cut_off=time(17, 30))

    assert due_date(on("2024-06-21"), rule, REAL).due_at == datetime(2024, 7, 8, 9, 30, tzinfo=UTC)
    assert due_instant(on("2024-07-09"), rule) == datetime(2024, 7, 9, 9, 30, tzinfo=UTC)
    assert "17:30" in explain(on("2024-06-21"), rule, REAL)[-2].note


@pytest.mark.parametrize(
    ("counted_from", "unit", "due"),
    [
        ("2024-06-24", DayCount.CALENDAR_DAYS, "2024-07-08"),
        ("2024-06-21", DayCount.WORKING_DAYS, "2024-07-11"),
        ("2024-06-22", DayCount.WORKING_DAYS, "2024-07-12"),
    ],
)
def test_a_first_day_that_counts_brings_the_last_day_nearer(
    counted_from: str, unit: DayCount, due: str
) -> None:
    rule = replace(FEEDBACK, unit=unit, count_first_day=True)

    assert due_date(on(counted_from), rule, REAL).due_on == on(due)
    assert "当日计入" in explain(on(counted_from), rule, REAL)[0].note


@pytest.mark.parametrize("days", [0, -15])
def test_a_period_without_days_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match=f"正整数，现为 {days}"):
        replace(FEEDBACK, days=days)


def test_the_working_names_every_day_passed_over_and_its_notice() -> None:
    steps = explain(on("2024-09-16"), FEEDBACK, REAL)

    assert [step.code for step in steps] == [
        "counted_from",
        "raw_last_day",
        *["skipped"] * 7,
        "due",
        "clause",
    ]
    assert steps[0].note == (
        "自移交之日2024年9月16日（星期一）起计算期限，当日不计入，自次日起算。"
    )
    assert steps[1].note == "按自然日计算，第15日为2024年10月1日（星期二）。"
    assert steps[2].note == f"2024年10月1日（星期二）：国庆节放假，见{NOTICE_2024}，顺延。"
    assert [step.on for step in steps[2:9]] == [date(2024, 10, n) for n in range(1, 8)]
    assert (
        steps[9].note == "截止时间为2024年10月8日（星期二）24:00（北京时间），此前收到的视为按时。"
    )
    assert steps[10].note == "依据：《2024年蓝天保卫执法行动方案》四（三）。"


def test_a_due_date_on_a_make_up_sunday_does_not_roll_and_says_why() -> None:
    steps = explain(on("2024-09-14"), FEEDBACK, REAL)

    assert codes("2024-09-14", FEEDBACK) == [
        "counted_from",
        "raw_last_day",
        "make_up_workday",
        "due",
        "clause",
    ]
    assert steps[2].note == f"2024年9月29日（星期日）：调休上班日，见{NOTICE_2024}，不再顺延。"


def test_the_working_of_working_days_lists_rest_days_and_make_up_workdays_in_between() -> None:
    steps = explain(on("2024-09-27"), replace(IN_WORKING_DAYS, days=2), REAL)

    assert steps[1].note == "按工作日计算，第2个工作日为2024年9月30日（星期一）。"
    assert [step.note for step in steps[2:4]] == [
        "2024年9月28日（星期六）：休息日，不计入工作日。",
        f"2024年9月29日（星期日）：调休上班日，见{NOTICE_2024}，计入工作日。",
    ]


def test_a_rule_that_does_not_roll_says_so() -> None:
    steps = explain(on("2024-06-21"), replace(FEEDBACK, roll_off_rest_days=False), REAL)

    assert [(step.code, step.note) for step in steps[2:-2]] == [
        ("not_skipped", "2024年7月6日（星期六）：休息日，按规则不顺延。")
    ]


@given(DAYS, RULES)
def test_a_due_date_never_falls_on_a_rest_day(day: date, rule: DayCountRule) -> None:
    assert REAL.is_workday(due_date(day, rule, REAL).due_on)


@given(DAYS, RULES)
def test_a_due_date_is_never_earlier_than_the_raw_last_day(day: date, rule: DayCountRule) -> None:
    raw = due_date(day, replace(rule, roll_off_rest_days=False), REAL).due_on
    due = due_date(day, rule, REAL).due_on

    assert due >= raw
    gap = [raw + timedelta(days=n) for n in range((due - raw).days)]
    assert not any(REAL.is_workday(d) for d in gap)


@given(DAYS, st.integers(0, 60), RULES)
def test_a_later_start_is_never_due_earlier(day: date, later: int, rule: DayCountRule) -> None:
    first = due_date(day, rule, REAL).due_at
    second = due_date(day + timedelta(days=later), rule, REAL).due_at

    assert first <= second


@given(DAYS, st.integers(1, 90))
def test_a_period_in_working_days_holds_exactly_that_many(day: date, days: int) -> None:
    due = due_date(day, replace(IN_WORKING_DAYS, days=days), REAL)

    assert REAL.working_days_between(day, due.due_on) == days


@given(DAYS, RULES)
def test_the_working_tells_the_same_story_as_the_date(day: date, rule: DayCountRule) -> None:
    due = due_date(day, rule, REAL)
    steps = {step.code: step for step in explain(day, rule, REAL)}

    assert steps["due"].on == due.due_on
    assert ("provisional" in steps) == due.provisional


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_a_due_date_does_not_depend_on_the_zone_of_the_machine(zone: str) -> None:
    before = [due_date(on(row[0]), FEEDBACK, REAL) for row in REAL_DATES]
    with machine_in(zone):
        assert [due_date(on(row[0]), FEEDBACK, REAL) for row in REAL_DATES] == before


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    was = os.environ.get("TZ")
    os.environ["TZ"] = zone
    os_time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if was is not None:
            os.environ["TZ"] = was
        os_time.tzset()


@pytest.mark.parametrize(("start", "months", "ends", "due"), REAL_MONTHS)
def test_months_end_on_the_day_of_their_number_or_on_the_months_last(
    start: str, months: int, ends: str, due: str
) -> None:
    rule = replace(FEEDBACK, days=months, unit=DayCount.MONTHS)
    assert due_date(on(start), rule, REAL).due_on == on(due)
    unrolled = replace(rule, roll_off_rest_days=False)
    assert due_date(on(start), unrolled, REAL).due_on == on(ends)
    raw = next(step for step in explain(on(start), rule, REAL) if step.code == "raw_last_day")
    assert f"按月计算，{months}个月期满之日为" in raw.note
