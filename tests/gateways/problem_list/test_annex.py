"""A filled annex form: what a district says is taken apart where it is clear, and asked where not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from gateways.problem_list.annex import promised_in, read_annex, state_in, taken_apart
from gateways.problem_list.errors import ListError
from gateways.problem_list.reading import demand_list, read_list
from samples.make_samples import FOLDER
from tests.gateways.problem_list.books import book

TODAY = date(2024, 7, 1)
TITLE = ["市级大气污染防治执法帮扶问题整改表"]
HEAD = ["渝中区 区（县）    填报人：张示例    联系电话：023-00000000"]
COLUMNS = ["企业名称", "存在的环境问题", "整改情况", "是否立案处罚"]
ANSWER = [
    "重庆示例印务有限公司",
    "集气罩未开启。",
    "已完成整改，集气罩全部开启。",
    "否（首违不罚）",
]


def test_the_plans_own_form_is_read_with_its_head_line() -> None:
    (row,) = read_annex(book([TITLE, HEAD, COLUMNS, ANSWER])).rows
    assert (row.district, row.problem_no, row.row) == ("渝中区", "", 4)
    typed = dict(row.typed)
    assert (typed["state"], typed["penalty_outcome"]) == ("done", "first_violation")
    assert (typed["filled_by"], typed["telephone"]) == ("张示例", "023-00000000")
    assert typed["text"] == "已完成整改,集气罩全部开启。".replace(",", "，")


def test_a_row_that_nobody_filled_in_is_told_and_not_entered() -> None:
    blank = ["重庆示例涂装有限公司", "喷漆房未密闭。", "", ""]
    read = read_annex(book([TITLE, HEAD, COLUMNS, ANSWER, blank]))
    assert len(read.rows) == 1
    assert [part.row for part in read.reading.unread] == [5]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("已完成整改", "done"),
        ("车间密闭并通过自查，已整改到位。", "done"),
        ("整改完成", "done"),
        ("正在整改，预计2024年8月1日前完成整改", "in_progress"),
        ("整改中", "in_progress"),
        ("未完成整改，设备在途", "in_progress"),
        ("计划8月底前完成整改", "in_progress"),
        ("尚未开始整改", "not_begun"),
        ("未整改", "not_begun"),
        ("已完成", "done"),
        ("已落实。", "done"),
        ("整改完成率100%，整改完成", "done"),
        ("已完成整改80%", "in_progress"),
        ("部分完成", "in_progress"),
        ("基本完成整改", "in_progress"),
        ("已整改，但仍有异味", ""),
        ("已收悉", ""),
        ("", ""),
    ],
)
def test_the_state_is_what_the_first_telling_clause_says(text: str, state: str) -> None:
    assert state_in(text) == state


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("正在整改，承诺2024年8月1日前完成", "2024-08-01"),
        ("正在整改，预计2024年8月底前完成", "2024-08-31"),
        ("2024年7月1日开工，2024年8月1日完成", ""),
        ("8月1日前完成", ""),
    ],
)
def test_a_promised_day_is_taken_from_the_text_only_where_it_names_one(text: str, day: str) -> None:
    assert promised_in(text) == day


@pytest.mark.parametrize(
    ("text", "outcome", "number", "fine"),
    [
        ("是（立案处罚）", "case_filed", "", ""),
        ("是", "case_filed", "", ""),
        ("否", "", "", ""),
        ("否(轻微免罚)", "minor_violation", "", ""),
        ("是（已立案，正在调查）", "filed_under_investigation", "", ""),
        ("立案处罚，文号：渝环罚〔2024〕1号", "case_filed", "渝环罚〔2024〕1号", ""),
        ("首违不罚", "first_violation", "", ""),
        ("不属实（违法事实不能成立）", "unfounded", "", ""),
        ("责令改正，未予处罚", "order_to_correct", "", ""),
        (
            "是（立案处罚），文号：渝环罚〔2024〕1号，罚款20000元",
            "case_filed",
            "渝环罚〔2024〕1号",
            "20000",
        ),
        ("另行研究", "", "", ""),
    ],
)
def test_what_became_of_the_violation_is_taken_apart(
    text: str, outcome: str, number: str, fine: str
) -> None:
    found = taken_apart(text)
    assert (found["penalty_outcome"], found["penalty_document_no"]) == (outcome, number)
    assert found["penalty_amount"] == fine


def test_a_list_is_no_annex_form() -> None:
    with pytest.raises(ListError) as caught:
        read_annex(Path(FOLDER / "problem-list.xlsx"))
    assert caught.value.code == "not_an_annex"


def test_a_filled_annex_form_is_no_list_of_problems() -> None:
    with pytest.raises(ListError) as caught:
        demand_list(read_list(FOLDER / "annex-form.xlsx", today=TODAY))
    assert caught.value.code == "annex_form"
    blank = [*ANSWER[:2], "", ""]
    assert demand_list(read_list(book([TITLE, HEAD, COLUMNS, blank]), today=TODAY)).rows


def test_a_ledger_with_its_transfer_is_a_list_though_it_says_what_was_done() -> None:
    columns, row = [*COLUMNS, "移交日期"], [*ANSWER, "2024-06-24"]
    assert not read_list(book([TITLE, HEAD, columns, row]), today=TODAY).annex


def test_a_reason_may_stand_behind_what_became_of_the_violation() -> None:
    found = taken_apart("否（首违不罚），初次违法，当场改正")
    assert (found["penalty_outcome"], found["penalty_ground"]) == (
        "first_violation",
        "初次违法，当场改正",
    )


def test_where_a_case_is_sent_is_read_as_the_form_knows_it() -> None:
    columns = [*COLUMNS, "处罚并移送", "移送文书编号"]
    row = [*ANSWER[:3], "是（立案处罚）", "移送公安（行政拘留）", "渝环移〔2024〕示例1号"]
    (read,) = read_annex(book([TITLE, HEAD, columns, row])).rows
    assert (read.typed["referral"], read.typed["referral_document_no"]) == (
        "detention",
        "渝环移〔2024〕示例1号",
    )


def test_hidden_rows_are_told_and_a_forms_own_columns_are_read_as_themselves() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[4].hidden = True

    columns = [*COLUMNS, "承诺完成日期"]
    read = read_annex(book([TITLE, HEAD, columns, ANSWER, ANSWER], hide))
    assert [row.row for row in read.rows] == [5]
    assert [part.row for part in read.reading.unread] == [4]
    assert not read.reading.notes
    assert {column.read_as for column in read.reading.columns} >= {"整改情况", "承诺完成日期"}


def test_a_promise_is_read_from_official_words_too() -> None:
    rows = [TITLE, HEAD, [*COLUMNS, "承诺完成日期"]]
    (row,) = read_annex(book([*rows, [*ANSWER[:2], "正在整改", "否", "2024年8月底前"]])).rows
    assert row.typed["promised_on"] == "2024-08-31"


@pytest.mark.parametrize("heading", ["承诺完成日期", "处罚文号", "罚款金额（元）", "依据或理由"])
def test_a_row_that_says_anything_is_judged_and_not_passed_over(heading: str) -> None:
    rows = [TITLE, HEAD, [*COLUMNS, heading], [*ANSWER[:2], "", "", "2024-08-01"]]
    assert len(read_annex(book(rows)).rows) == 1


def test_a_column_that_the_form_does_not_have_is_told_not_to_be_entered() -> None:
    read = read_annex(book([TITLE, HEAD, [*COLUMNS, "附件"], [*ANSWER, "照片12张"]]))
    assert [c.read_as for c in read.reading.columns if c.heading == "附件"] == [
        "未录入（原件留存）"
    ]
