from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from domain.deadlines import DayCount, DayCountRule, due_date
from domain.work_calendar import DayKind, Holiday
from gateways.calendar_files import CalendarFileError, load_calendar, read_calendar_file
from tests.worlds.calendars import NOTICE_2024, REAL

FEEDBACK = DayCountRule(days=15, unit=DayCount.CALENDAR_DAYS, clause="示例")

A_YEAR = """\
year: 2027
notice: 2027年通知（示例）
holidays:
  - {name: 元旦, first: 2026-12-31, last: 2027-01-03}
  - {name: 国庆节, first: 2027-10-01, last: 2027-10-07}
make_up_workdays: [2027-10-09, 2027-09-26]
"""


def written(folder: Path, text: str, name: str = "2027.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_day_is_worked_or_not_as_the_notices_of_twenty_three_years_say(
    tmp_path: Path,
) -> None:
    calendar = load_calendar(folder=tmp_path)
    day = date(2004, 1, 1)

    while day <= date(2026, 12, 31):
        assert calendar.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_the_package_and_the_notices_written_down_by_hand_agree(tmp_path: Path) -> None:
    calendar = load_calendar(folder=tmp_path)

    for offset in range((date(2026, 12, 31) - date(2024, 1, 1)).days + 1):
        day = date(2024, 1, 1) + timedelta(days=offset)
        assert calendar.is_workday(day) == REAL.is_workday(day), day
        assert calendar.is_announced(day) == REAL.is_announced(day), day


def test_every_announced_year_has_its_new_year_and_its_national_day(tmp_path: Path) -> None:
    for year in load_calendar(folder=tmp_path).years:
        assert {date(year.year, 1, 1), date(year.year, 10, 1)} <= {
            day for holiday in year.holidays for day in holiday.days
        }


def test_a_day_off_in_december_belongs_to_the_notice_of_the_next_year(tmp_path: Path) -> None:
    calendar = load_calendar(folder=tmp_path)

    assert calendar.notice(date(2023, 12, 31)) == NOTICE_2024
    assert calendar.kind(date(2018, 12, 29)) is DayKind.MAKE_UP_WORKDAY
    assert calendar.notice(date(2018, 12, 29)) == ("《国务院办公厅关于2019年部分节假日安排的通知》")
    assert calendar.holiday_name(date(2024, 10, 3)) == "国庆节"


def test_years_after_the_last_notice_are_expected_and_not_announced(tmp_path: Path) -> None:
    calendar = load_calendar(folder=tmp_path)

    assert [year.year for year in calendar.years if not year.announced] == list(range(2027, 2032))
    assert calendar.holiday_name(date(2027, 2, 6)) == "春节"
    assert calendar.holiday_name(date(2028, 10, 3)) == "中秋节、国庆节"
    assert "尚未公布" in calendar.notice(date(2027, 2, 6))
    assert not calendar.is_announced(date(2027, 6, 1))
    assert due_date(date(2026, 12, 18), FEEDBACK, calendar).provisional


def test_a_file_announces_its_year(tmp_path: Path) -> None:
    before = load_calendar(folder=tmp_path)
    written(tmp_path, A_YEAR)
    after = load_calendar(folder=tmp_path)

    assert after.version != before.version
    assert after.is_announced(date(2026, 12, 31))
    assert after.is_announced(date(2027, 6, 1))
    assert after.kind(date(2026, 12, 31)) is DayKind.HOLIDAY
    assert after.kind(date(2027, 9, 26)) is DayKind.MAKE_UP_WORKDAY
    assert after.notice(date(2026, 12, 31)) == "2027年通知（示例）"
    assert not due_date(date(2026, 12, 18), FEEDBACK, after).provisional
    assert max(year.year for year in after.years) == 2032


def test_a_file_takes_precedence_over_the_package(tmp_path: Path) -> None:
    written(
        tmp_path,
        "year: 2026\nnotice: 更正\nholidays: [{name: 元旦, first: 2026-01-01, last: 2026-01-01}]\n",
    )

    assert load_calendar(folder=tmp_path).kind(date(2026, 10, 1)) is DayKind.WORKDAY


def test_years_between_the_package_and_a_later_file_are_expected(tmp_path: Path) -> None:
    written(
        tmp_path,
        "year: 2029\nnotice: 示例\nholidays: [{name: 元旦, first: 2029-01-01, last: 2029-01-01}]\n",
    )
    calendar = load_calendar(folder=tmp_path)

    assert not calendar.is_announced(date(2028, 6, 1))
    assert calendar.holiday_name(date(2028, 1, 26)) == "春节"
    assert calendar.is_announced(date(2029, 6, 1))


def test_the_calendar_may_be_cut_to_some_years(tmp_path: Path) -> None:
    whole = load_calendar(folder=tmp_path)
    cut = load_calendar(range(2024, 2026), tmp_path)

    assert cut == whole.for_years(2024, 2025)
    assert cut.version == whole.version


def test_the_version_depends_on_the_days_alone(tmp_path: Path) -> None:
    assert load_calendar(folder=tmp_path).version == load_calendar(folder=tmp_path).version
    assert len(load_calendar(folder=tmp_path).version) == 12


def test_the_calendars_of_the_house_can_be_loaded() -> None:
    assert load_calendar().is_announced(date(2026, 6, 1))


def test_a_file_becomes_a_year_of_whole_holidays_and_sorted_workdays(tmp_path: Path) -> None:
    year = read_calendar_file(written(tmp_path, A_YEAR))

    assert year.holidays[0] == Holiday(
        "元旦", (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3))
    )
    assert year.make_up_workdays == (date(2027, 9, 26), date(2027, 10, 9))
    assert year.announced


@pytest.mark.parametrize(
    ("wrong", "right", "complaint"),
    [
        ("first: 2027-10-01", "first: 2027-10-08", "holidays.第2项：放假起止日期"),
        ("last: 2027-10-07", "last: 2027-11-07", "holidays.第2项：放假起止日期"),
        ("2026-12-31", "2026-12-28", "全文：日期不属于2027年：2026-12-28"),
        ("2027-10-09", "2028-01-08", "全文：日期不属于2027年：2028-01-08"),
        (
            "last: 2027-01-03}",
            "last: 2027-01-03}\n  - {name: 甲, first: 2027-01-01, last: 2027-01-01}",
            "同一天列入了两个假期",
        ),
        ("2027-10-09", "2027-10-02", "既放假又调休上班：2027-10-02"),
        ("2027-10-09", "2027-10-11", "调休上班日应为周六或周日：2027-10-11"),
        (
            "first: 2027-10-01",
            "first: 国庆",
            "holidays.第2项.first：应为日期，如 2024-06-24，现为国庆",
        ),
        ("notice:", "noticed:", "notice：必须填写；noticed：没有这个字段"),
        ("year: 2027", "year: 1027", "year：不得小于2004，现为1027"),
    ],
)
def test_a_wrong_file_is_told_where_and_what(
    tmp_path: Path, wrong: str, right: str, complaint: str
) -> None:
    path = written(tmp_path, A_YEAR.replace(wrong, right))

    with pytest.raises(CalendarFileError, match=r"2027\.yaml内容有误") as refused:
        read_calendar_file(path)
    assert complaint in str(refused.value)


@pytest.mark.parametrize("content", [b"year: [", b"notice: \xb9\xfa\xc7\xec"])
def test_a_file_that_is_no_yaml_in_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "2027.yaml"
    path.write_bytes(content)

    with pytest.raises(CalendarFileError, match=r"2027\.yaml不是有效的YAML"):
        load_calendar(folder=tmp_path)


def test_two_files_for_one_year_are_refused(tmp_path: Path) -> None:
    written(tmp_path, A_YEAR)
    written(tmp_path, A_YEAR, "again.yaml")

    with pytest.raises(CalendarFileError, match=r"2027年的日历文件重复.*2027\.yaml、again\.yaml"):
        load_calendar(folder=tmp_path)
