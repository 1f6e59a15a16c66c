from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.work_calendar import CalendarYear, DayKind, Holiday, WorkCalendar, years_hash
from tests.worlds.calendars import NOTICE_2024, REAL

UNKNOWN = WorkCalendar("nothing known", ())
DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))


def on(day: str) -> date:
    return date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "kind", "label"),
    [
        ("2024-06-21", DayKind.WORKDAY, "工作日"),
        ("2024-06-22", DayKind.WEEKEND, "休息日"),
        ("2024-10-01", DayKind.HOLIDAY, "法定节假日"),
        ("2024-10-05", DayKind.HOLIDAY, "法定节假日"),
        ("2024-09-29", DayKind.MAKE_UP_WORKDAY, "调休上班日"),
        ("2024-02-09", DayKind.WORKDAY, "工作日"),
        ("2025-01-28", DayKind.HOLIDAY, "法定节假日"),
    ],
)
def test_each_day_is_of_the_kind_the_notice_made_it(day: str, kind: DayKind, label: str) -> None:
    assert REAL.kind(on(day)) is kind
    assert REAL.kind(on(day)).label == label
    assert REAL.is_workday(on(day)) == (kind in (DayKind.WORKDAY, DayKind.MAKE_UP_WORKDAY))


def test_a_notice_reaches_back_into_the_december_before_its_year() -> None:
    new_year_s_eve_off = CalendarYear(
        2019,
        "2019年通知",
        True,
        (Holiday("元旦", (on("2018-12-30"), on("2018-12-31"), on("2019-01-01"))),),
        (on("2018-12-29"),),
    )
    calendar = WorkCalendar("v", (new_year_s_eve_off,))

    assert calendar.kind(on("2018-12-31")) is DayKind.HOLIDAY
    assert calendar.kind(on("2018-12-29")) is DayKind.MAKE_UP_WORKDAY
    assert calendar.notice(on("2018-12-29")) == "2019年通知"
    assert calendar.holiday_name(on("2018-12-31")) == "元旦"


def test_the_end_of_december_is_announced_only_with_the_following_year() -> None:
    assert REAL.is_announced(on("2025-12-31"))
    assert REAL.is_announced(on("2026-12-28"))
    assert not REAL.is_announced(on("2026-12-29"))
    assert not REAL.is_announced(on("2027-01-04"))
    assert REAL.announced_until(on("2026-11-28")) == on("2026-12-29")
    assert REAL.announced_until(on("2027-01-04")) == on("2027-01-04")


@pytest.mark.parametrize("year", [1999, 2003, 2027, 2050])
def test_a_year_without_data_rests_on_weekends_and_holidays_with_a_fixed_date(year: int) -> None:
    fixed = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]

    assert all(UNKNOWN.kind(date(year, month, day)) is DayKind.HOLIDAY for month, day in fixed)
    assert UNKNOWN.holiday_name(date(year, 5, 2)) == "劳动节"
    assert not UNKNOWN.is_announced(date(year, 6, 1))
    assert "尚未公布" in UNKNOWN.notice(date(year, 6, 1))
    first = date(year, 1, 1)
    all_days = [first + timedelta(days=n) for n in range(365)]
    holidays = {d for d in all_days if UNKNOWN.kind(d) is DayKind.HOLIDAY}
    assert holidays == {date(year, month, day) for month, day in fixed}
    weekends = {d for d in all_days if d.weekday() >= 5} - holidays
    assert {d for d in all_days if UNKNOWN.kind(d) is DayKind.WEEKEND} == weekends


def test_a_day_off_knows_its_holiday_and_its_notice_and_an_ordinary_day_the_notice_of_its_year() -> (
    None
):
    assert REAL.holiday_name(on("2024-10-04")) == "国庆节"
    assert REAL.holiday_name(on("2024-10-08")) is None
    assert REAL.holiday_name(on("2024-06-22")) is None
    assert REAL.notice(on("2024-10-04")) == NOTICE_2024
    assert REAL.notice(on("2024-06-21")) == NOTICE_2024
    assert REAL.notice(on("2023-12-31")) == NOTICE_2024


@pytest.mark.parametrize(
    ("day", "following", "preceding"),
    [
        ("2024-06-21", "2024-06-21", "2024-06-21"),
        ("2024-06-22", "2024-06-24", "2024-06-21"),
        ("2024-09-29", "2024-09-29", "2024-09-29"),
        ("2024-10-03", "2024-10-08", "2024-09-30"),
        ("2026-01-01", "2026-01-04", "2025-12-31"),
        ("2026-02-20", "2026-02-24", "2026-02-14"),
        ("2023-12-31", "2024-01-02", "2023-12-29"),
    ],
)
def test_the_nearest_working_days_lie_on_either_side(
    day: str, following: str, preceding: str
) -> None:
    assert REAL.next_workday(on(day)) == on(following)
    assert REAL.previous_workday(on(day)) == on(preceding)


def test_adding_no_working_days_gives_the_day_itself_and_fewer_is_refused() -> None:
    assert REAL.add_working_days(on("2024-10-01"), 0) == on("2024-10-01")
    with pytest.raises(ValueError, match="-1 working days"):
        REAL.add_working_days(on("2024-10-01"), -1)


def test_working_days_run_on_across_several_years() -> None:
    through = REAL.add_working_days(on("2024-06-21"), 600)

    assert through.year == 2026
    assert REAL.working_days_between(on("2024-06-21"), through) == 600


@given(DAYS, st.integers(1, 400))
def test_the_nth_working_day_works_and_n_working_days_lie_up_to_it(day: date, n: int) -> None:
    nth = REAL.add_working_days(day, n)

    assert REAL.is_workday(nth)
    assert REAL.working_days_between(day, nth) == n
    assert REAL.working_days_between(day, nth - timedelta(days=1)) == n - 1


@given(DAYS, DAYS)
def test_counting_working_days_agrees_with_counting_them_one_by_one(a: date, b: date) -> None:
    days = (a + timedelta(days=n) for n in range(1, (b - a).days + 1))

    assert REAL.working_days_between(a, b) == sum(REAL.is_workday(day) for day in days)


@given(DAYS)
def test_no_working_day_lies_between_a_day_and_its_nearest_working_days(day: date) -> None:
    following, preceding = REAL.next_workday(day), REAL.previous_workday(day)

    assert preceding <= day <= following
    rest = [preceding + timedelta(days=n) for n in range(1, (following - preceding).days)]
    assert not any(REAL.is_workday(d) for d in rest)


@given(DAYS)
def test_a_calendar_cut_to_its_years_says_the_same_of_their_days(day: date) -> None:
    cut = REAL.for_years(day.year, day.year)

    assert cut.version == REAL.version
    assert cut.kind(day) is REAL.kind(day)
    assert cut.notice(day) == REAL.notice(day)
    assert cut.is_announced(day) == REAL.is_announced(day)


def test_a_calendar_cut_to_its_years_carries_no_others() -> None:
    assert [year.year for year in REAL.for_years(2024, 2024).years] == [2024, 2025]
    assert [year.year for year in REAL.for_years(2026, 2030).years] == [2026]


def test_a_cut_is_named_by_its_version_and_the_hash_of_its_own_years() -> None:
    cut = REAL.for_years(2024, 2024)

    assert REAL.name == REAL.version
    assert cut.content_hash == years_hash(cut.years)
    assert cut.name == f"{REAL.version}#{cut.content_hash[:12]}"
    assert cut.name != REAL.for_years(2025, 2025).name
    assert TypeAdapter(WorkCalendar).validate_json(TypeAdapter(WorkCalendar).dump_json(cut)) == cut


def test_a_day_moved_in_a_cut_changes_its_hash() -> None:
    year, *others = REAL.for_years(2024, 2026).years
    fewer = replace(year, make_up_workdays=year.make_up_workdays[1:])

    assert years_hash((fewer, *others)) != years_hash((year, *others))


def test_a_calendar_read_back_from_a_record_is_the_same_calendar() -> None:
    REAL.kind(on("2024-10-01"))
    adapter = TypeAdapter(WorkCalendar)
    record = adapter.dump_json(REAL)
    read_back = adapter.validate_json(record)

    assert b"_tables" not in record
    assert read_back == REAL
    assert hash(read_back) == hash(REAL)
    assert read_back.kind(on("2024-09-29")) is DayKind.MAKE_UP_WORKDAY


def test_a_copy_of_a_calendar_is_the_same_calendar() -> None:
    REAL.kind(on("2024-10-01"))
    copied = copy.deepcopy(REAL)

    assert copied == REAL
    assert copied.kind(on("2024-10-01")) is DayKind.HOLIDAY


def test_calendars_with_the_same_version_and_other_days_differ() -> None:
    assert WorkCalendar(REAL.version, ()) != REAL
