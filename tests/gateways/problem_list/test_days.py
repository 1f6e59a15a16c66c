"""A day is read where one is said; a phrase that names none costs no row."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from gateways.problem_list.days import day_in, day_said
from gateways.problem_list.entries import Entry
from gateways.problem_list.row_errors import errors_of
from gateways.problem_list.rows import ListRow, read_row
from gateways.problem_list.workbook import Cell

TODAY = date(2026, 11, 26)
NEEDED: dict[str, Cell] = {"district": "渝中区", "enterprise": "甲公司", "description": "一"}


def row(**values: Cell) -> ListRow:
    """Read a row transferred in November."""
    given = {**NEEDED, "transferred_on": "2026-11-24", **values}
    return read_row("", Entry(1, given, {}), TODAY)


def refusal(**values: Cell) -> str:
    with pytest.raises(ValidationError) as refused:
        row(**values)
    return errors_of(refused.value)[0].code


@pytest.mark.parametrize(
    "text",
    [
        "2026年11月24日上午",
        "2026年11月24日10时30分",
        "2026-11-24 10:30:00.000",
        "2026-11-24T02:30:00Z",
        "2026-11-23T23:30:00Z",
        "2026-11-24T10:30:00+08:00",
        "2026–11–24",
        "2026—11—24",
        "2026.11.24.",
        "2026。11。24",
        "2026年11月24日（周二）下午3点",
    ],
)
def test_the_day_of_a_transfer_is_read_with_its_hour(text: str) -> None:
    assert day_in(text) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "day", "certain"),
    [
        ("2026年12月31日前", date(2026, 12, 31), True),
        ("2026年12月31日之前", date(2026, 12, 31), True),
        ("截至2026-12-31", date(2026, 12, 31), True),
        ("2026年12月底前", date(2026, 12, 31), False),
        ("2027年2月底", date(2027, 2, 28), False),
        ("2026年12月", date(2026, 12, 31), False),
        ("2026年底前", date(2026, 12, 31), False),
        ("2026年年底", date(2026, 12, 31), False),
        ("2026年12月31日前完成整改", date(2026, 12, 31), False),
        ("2026年11月1日至2026年12月31日", date(2026, 12, 31), False),
        ("2026年12月底前完成整改", date(2026, 12, 31), False),
        ("力争2026年12月底前整改到位", date(2026, 12, 31), False),
        ("二〇二六年十二月底前", date(2026, 12, 31), False),
        ("2026.12.1-12.31", date(2026, 12, 31), False),
        ("2026年12月1-31日", date(2026, 12, 31), False),
    ],
)
def test_the_end_of_a_rectification_is_read_from_official_words(
    text: str, day: date, certain: bool
) -> None:
    assert day_said(text, due=True) == (day, certain)
    read = row(rectification_due_on=text)
    assert read.rectification_due_on == day
    assert [warning.code for warning in read.warnings] == ([] if certain else ["date_understood"])
    assert read.remarks == ({} if certain else {"整改时限": text})


@pytest.mark.parametrize(
    "text",
    ["立行立改", "长期坚持", "2026年第四季度", "12月底前", "11月30日前", "12月中旬", "按期完成"],
)
def test_words_that_name_no_day_are_kept_as_a_remark(text: str) -> None:
    read = row(rectification_due_on=text)
    assert (read.rectification_due_on, read.remarks) == (None, {"整改时限": text})
    assert [warning.code for warning in read.warnings] == ["kept_as_remark"]


def test_a_month_that_became_a_number_is_read_unless_two_months_are_alike() -> None:
    assert row(rectification_due_on=2026.12).rectification_due_on == date(2026, 12, 31)
    unclear = row(rectification_due_on=2027.1)
    assert (unclear.rectification_due_on, unclear.remarks) == (None, {"整改时限": "2027.1"})


def test_a_span_of_days_is_no_day_of_finding() -> None:
    read = row(found_on="2026.10.30-11.1")
    assert (read.found_on, read.remarks) == (None, {"发现日期": "2026.10.30-11.1"})


@pytest.mark.parametrize("text", ["2026-02-30", "2026年13月1日", "20261131", "7"])
def test_a_day_written_wrong_is_refused_in_every_column(text: str) -> None:
    assert refusal(rectification_due_on=text) == "date_unreadable"
    assert refusal(transferred_on=text) == "date_unreadable"


@pytest.mark.parametrize("text", ["立行立改", "2026年11月底", "11月24日", "2026年11月24日前后"])
def test_a_transfer_needs_its_single_day(text: str) -> None:
    assert refusal(transferred_on=text) == "date_unreadable"


def test_years_that_cannot_be_meant_are_refused_and_doubtful_ones_asked() -> None:
    assert refusal(rectification_due_on="2126-12-31") == "date_implausible"
    assert refusal(found_on="1926-11-20") == "date_implausible"
    assert refusal(found_on="2016-11-20") == "date_implausible"
    assert [w.code for w in row(rectification_due_on="2031-12-31").warnings] == ["date_unlikely"]
    assert [w.code for w in row(found_on="2021-11-20").warnings] == ["date_unlikely"]


@pytest.mark.parametrize(
    "text", ["无证照", "正在办理", "MA5U12345", "12345678-9", "500103600123456"]
)
def test_what_stands_for_a_credit_code_is_kept_as_a_remark(text: str) -> None:
    read = row(credit_code=text)
    assert (read.credit_code, read.remarks) == ("", {"统一社会信用代码": text})
    assert [warning.code for warning in read.warnings] == ["kept_as_remark"]


def test_what_is_left_empty_is_told_of_nothing() -> None:
    read = row(credit_code="", found_on="", rectification_due_on="", key_content="")
    assert (read.remarks, read.warnings) == ({}, ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("二〇二六年十二月三十一日", (date(2026, 12, 31), True)),
        ("二○二六年一月十日前", (date(2026, 1, 10), True)),
        ("二零二六年二月三十日", None),
        ("26年12月31日", (date(2026, 12, 31), False)),
        ("26.12.31前", (date(2026, 12, 31), False)),
        ("26.13.31", None),
        ("已于2026年11月25日完成整改", None),
        ("2026年11月25日已整改完毕", None),
    ],
)
def test_days_in_words_and_of_short_years_are_read_and_what_is_done_is_no_due_date(
    text: str, said: tuple[date, bool] | None
) -> None:
    assert day_said(text, due=True) == said
