"""Lists as they reach an office: nothing of them is lost without a word."""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from gateways.problem_list.reading import ReadList, read_list
from gateways.problem_list.refusals import Hidden
from tests.gateways.problem_list.books import (
    HEADINGS,
    TODAY,
    Value,
    book,
    read,
    saved,
    with_part,
)

DAY = "2025-03-03"
Rows = list[tuple[Value, ...]]


def taken(result: ReadList) -> list[tuple[str, str, str]]:
    """District, enterprise and text of every good row."""
    return [(row.district, row.enterprise, row.description) for row in result.rows]


def passed(result: ReadList) -> list[tuple[int | None, str]]:
    """What was not read, by row and reason."""
    return [(one.row, one.why) for one in result.reading.unread]


def codes(result: ReadList) -> list[str]:
    """Why rows were refused."""
    return [error.code for row in result.refused for error in row.errors]


@pytest.mark.parametrize(
    ("general", "particular"),
    [("问题", "问题描述"), ("主要问题", "存在问题"), ("问题", "问题情况")],
)
def test_the_column_that_says_more_is_read_and_the_other_is_told(
    general: str, particular: str
) -> None:
    rows: Rows = [("区县", "企业名称", general, particular), ("渝中区", "甲公司", "扬尘", "裸土")]
    result = read(rows)
    assert taken(result) == [("500103", "甲公司", "裸土")]
    assert result.rows[0].remarks == {general: "扬尘"}
    (note,) = result.reading.notes
    assert (note.note.code, note.note.column) == ("second_column", general)
    assert particular in note.said


def test_a_second_column_of_days_is_told_by_the_one_that_was_read() -> None:
    rows: Rows = [(*HEADINGS, "移交日期", "交办时间"), ("渝中区", "甲公司", "裸土", DAY, DAY)]
    assert [one.note.code for one in read(rows).reading.notes] == ["second_column"]


def test_two_tables_one_below_the_other_are_both_read_and_told() -> None:
    rows: Rows = [
        (*HEADINGS, None, None),
        ("渝中区", "甲公司", "裸土"),
        ("二、市级交办",),
        ("序号", *HEADINGS, "移交日期"),
        (1, "巴南区", "乙公司", "黑烟", DAY),
    ]
    result = read(rows)
    assert taken(result) == [("500103", "甲公司", "裸土"), ("500113", "乙公司", "黑烟")]
    assert passed(result) == [(3, "分组标题行")]
    places = [(one.place, one.read_as) for one in result.reading.columns]
    assert ("A", "区县") in places
    assert ("B", "区县") in places


def test_a_table_above_without_a_needed_column_is_told_row_by_row() -> None:
    rows: Rows = [("区县", "企业名称", "户数"), ("渝中区", "甲公司", 2), HEADINGS]
    result = read([*rows, ("渝中区", "甲公司", "裸土")])
    assert len(result.rows) == 1
    assert [row for row, _ in passed(result)] == [1, 2]


def test_headings_of_three_rows_are_read_by_the_lower_two() -> None:
    def arrange(sheet: Worksheet) -> None:
        for cells in ("B1:D1", "E1:F1", "E2:F2"):
            sheet.merge_cells(cells)

    rows: Rows = [
        ("序号", "基本情况", None, None, "移交", None),
        (None, *HEADINGS, "移交", None),
        (None, None, None, None, "日期", "文号"),
        (1, "渝中区", "甲公司", "裸土", DAY, "渝环函〔2025〕1号"),
    ]
    (row,) = read(rows, arrange).rows
    assert (str(row.transferred_on), row.document_no) == (DAY, "渝环函〔2025〕1号")


def test_a_total_in_the_counters_column_is_no_problem() -> None:
    rows: Rows = [("序号", "企业名称", "存在问题"), (1, "甲公司", "裸土"), ("合计", "1家", "1个")]
    result = read([("区县：渝中区",), *rows])
    assert taken(result) == [("500103", "甲公司", "裸土")]
    assert passed(result) == [(4, "合计行")]


@pytest.mark.parametrize("merged", [True, False])
def test_a_section_in_the_counters_column_names_its_district(merged: bool) -> None:
    def arrange(sheet: Worksheet) -> None:
        if merged:
            sheet.merge_cells("A2:C2")

    rows: Rows = [("序号", "企业名称", "存在问题"), ("一、渝中区",), (1, "甲公司", "裸土")]
    result = read([*rows, ("二、巴南区（1个）",), (1, "乙公司", "黑烟")], arrange)
    assert [row.district for row in result.rows] == ["500103", "500113"]
    assert passed(result) == [(2, "分组标题行"), (4, "分组标题行")]


def test_a_section_beside_its_numeral_names_its_district() -> None:
    rows: Rows = [("序号", "企业名称", "存在问题"), ("一", "渝中区"), (1, "甲公司", "裸土")]
    result = read([*rows, ("二", "扬尘源"), (2, "乙公司", "黑烟")])
    assert [why for _, why in passed(result)] == ["分组标题行", "分组标题行"]
    assert result.rows[0].district == "500103"


@pytest.mark.parametrize("word", ["例", "示例", "（样例）", "例如："])
def test_an_example_is_no_problem(word: str) -> None:
    result = read([("序号", *HEADINGS), (word, "渝中区", "某某公司", "露天焚烧")])
    assert (taken(result), passed(result)) == ([], [(2, "示例行")])


def test_words_in_the_counters_column_are_kept_and_told() -> None:
    (row,) = read([("序号", *HEADINGS), ("新增", "渝中区", "甲公司", "裸土")]).rows
    assert row.remarks == {"序号": "新增"}
    assert [one.code for one in row.warnings] == ["kept_as_remark"]


@pytest.mark.parametrize("word", ["作废", "3（删除）", "已撤销"])
def test_a_row_whose_counter_says_that_it_is_void_is_refused(word: str) -> None:
    result = read([("序号", *HEADINGS), (word, "渝中区", "甲公司", "裸土")])
    assert codes(result) == ["row_void"]


@pytest.mark.parametrize("numbers", [(1, 2, 3), ("1", "2", "3"), ("一", "二", "三"), (0, 1, 2)])
def test_a_row_that_numbers_the_columns_is_no_problem(numbers: tuple[Value, ...]) -> None:
    result = read([HEADINGS, numbers, ("渝中区", "甲公司", "裸土")])
    assert (len(result.rows), passed(result)) == (1, [(2, "列号行")])


def test_a_day_and_a_document_above_the_headings_are_taken_for_every_row_and_told() -> None:
    rows: Rows = [("移交日期：2025年3月3日", None, "文号：渝环函〔2025〕8号"), HEADINGS]
    result = read([*rows, ("渝中区", "甲公司", "裸土")])
    (row,) = result.rows
    assert (str(row.transferred_on), row.document_no) == (DAY, "渝环函〔2025〕8号")
    assert [one.note.code for one in result.reading.notes] == ["from_head_line"] * 2


def test_a_column_is_believed_before_the_line_above() -> None:
    rows: Rows = [("移交日期：2025年3月3日",), (*HEADINGS, "移交日期")]
    result = read([*rows, ("渝中区", "甲公司", "裸土", None)])
    assert result.rows[0].transferred_on is None
    assert result.reading.notes == ()


def test_a_hidden_sheet_is_told() -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(HEADINGS)
    for name, state in (("旧清单", "hidden"), ("更旧", "veryHidden")):
        sheet = workbook.create_sheet(name)
        sheet.append(HEADINGS)
        sheet.sheet_state = state
    result = read_list(saved(workbook), today=TODAY)
    assert result.unread == ("旧清单", "更旧")
    assert all("已隐藏" in one.why for one in result.reading.unread)


def test_a_row_of_nothing_but_errors_or_formulas_without_value_is_refused() -> None:
    def arrange(sheet: Worksheet) -> None:
        for at in range(1, 4):
            sheet.cell(3, at, "#N/A").data_type = "e"
            sheet.cell(5, at, "=汇总!A1").data_type = "f"

    result = read([HEADINGS, ("渝中区", "甲公司", "裸土"), (), ("渝中区", "乙公司", "二")], arrange)
    assert [row.row for row in result.refused] == [3, 5]
    assert set(codes(result)) == {"cell_error", "missing"}


def test_a_row_of_no_height_is_hidden() -> None:
    content = book([HEADINGS, ("渝中区", "甲公司", "裸土")])
    flat = with_part(
        content,
        "xl/worksheets/sheet1.xml",
        lambda p: p.replace(b'<row r="2"', b'<row r="2" ht="0"'),
    )
    assert codes(read_list(flat, today=TODAY)) == ["hidden_row"]


def test_a_csv_file_may_begin_with_a_title_and_writes_errors_as_words() -> None:
    lines = "2025年问题清单\n区县,企业名称,存在的环境问题\n渝中区,#REF!,裸土\n"
    result = read_list(lines.encode("gbk"), today=TODAY)
    assert codes(result) == ["cell_error"]
    assert [one.note.code for one in result.reading.notes] == ["format_cannot_tell"]


def test_what_a_row_says_of_a_transfer_without_its_day_is_kept_and_told() -> None:
    rows: Rows = [(*HEADINGS, "移交日期", "移交文号", "整改时限")]
    (row,) = read([*rows, ("渝中区", "甲公司", "裸土", "不详", "渝环函1号", "2025-06-30")]).rows
    assert row.remarks == {"移交文号": "渝环函1号", "整改时限": "2025-06-30"}
    assert [one.code for one in row.warnings] == ["not_transferred"]


def hidden_below(content: tuple[Value, ...], hidden: Hidden) -> ReadList:
    """A list whose hidden row stands between a row and one that is as above."""
    rows: Rows = [HEADINGS, ("渝中区", "甲公司", "一"), content, ("同上", "同上", "三")]
    made = book(rows, lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True))
    return read_list(made, today=TODAY, hidden=hidden)


@pytest.mark.parametrize("hidden", [Hidden.ASK, Hidden.LEAVE])
def test_as_above_below_a_hidden_row_is_asked(hidden: Hidden) -> None:
    result = hidden_below(("巴南区", "乙公司", "二"), hidden)
    assert len(result.rows) == 1
    assert {e.code for row in result.refused for e in row.errors} >= {"nothing_above"}
    assert "隐藏" in result.refused[-1].errors[0].message


def test_as_above_follows_a_hidden_row_that_belongs_to_the_list() -> None:
    result = hidden_below(("巴南区", "乙公司", "二"), Hidden.TAKE)
    assert taken(result)[-1] == ("500113", "乙公司", "三")


def test_as_above_is_clear_where_the_hidden_row_says_the_same() -> None:
    result = hidden_below(("渝中区", "甲公司", "二"), Hidden.LEAVE)
    assert taken(result)[-1] == ("500103", "甲公司", "三")


def test_in_a_list_on_its_side_the_row_before_stands_to_the_left() -> None:
    rows: Rows = [
        ("区县", "渝中区", "同左", "巴南区"),
        ("企业名称", "甲公司", "与左同", "乙公司"),
        ("存在的环境问题", "一", "二", "三"),
        ("移交日期", DAY, "同左", "同上"),
    ]
    result = read(rows)
    assert taken(result)[1] == ("500103", "甲公司", "二")
    assert str(result.rows[1].transferred_on) == DAY
    assert codes(result) == ["nothing_above"]


@pytest.mark.parametrize(
    ("numbers", "kept"),
    [
        ((1, 2, "CQ2025-0007"), ["", "", "CQ2025-0007"]),
        (("1-1", "1-2", "2-1"), ["", "", ""]),
        ((1.1, 1.2, 2.1), ["", "", ""]),
        (("2025-001", "2025-002", "2025-003"), ["2025-001", "2025-002", "2025-003"]),
    ],
)
def test_a_counter_among_real_numbers_is_still_one(
    numbers: tuple[Value, ...], kept: list[str]
) -> None:
    rows: Rows = [("编号", *HEADINGS)]
    rows += [(number, "渝中区", f"公司{at}", "裸土") for at, number in enumerate(numbers)]
    result = read(rows)
    assert [row.problem_no for row in result.rows] == kept


def test_a_counter_left_out_is_told() -> None:
    rows: Rows = [
        ("编号", *HEADINGS),
        (1, "渝中区", "甲公司", "一"),
        ("A1", "渝中区", "乙公司", "二"),
    ]
    assert [w.code for w in read(rows).rows[0].warnings] == ["running_number"]


@pytest.mark.parametrize(
    "name", ["彭水县2家", "1.彭水县（3个）", "彭水县问题", "彭水县大气问题清单"]
)
def test_a_sheet_is_named_after_its_district_in_many_ways(name: str) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = name
    sheet.append(("企业名称", "存在问题"))
    sheet.append(("甲公司", "裸土"))
    assert [r.district for r in read_list(saved(workbook), today=TODAY).rows] == ["500243"]


def test_a_bare_text_of_a_day_is_counted_as_its_workbook_counts() -> None:
    content = book([(*HEADINGS, "移交日期"), ("渝中区", "甲公司", "裸土", "44257")])
    old = with_part(
        content,
        "xl/workbook.xml",
        lambda p: p.replace(b"<workbookPr ", b'<workbookPr date1904="1" '),
    )
    (row,) = read_list(old, today=TODAY).rows
    assert str(row.transferred_on) == DAY
    assert [one.code for one in row.warnings] == ["date_1904"]
