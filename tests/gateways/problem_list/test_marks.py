"""What cells do not say of themselves: errors, formulas without value, hidden rows, 1904."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from gateways.problem_list.reading import ReadList, read_list
from gateways.problem_list.refusals import Hidden
from gateways.problem_list.sheet_marks import sheet_marks
from tests.gateways.problem_list.books import (
    GOOD,
    HEADINGS,
    TODAY,
    Value,
    book,
    read,
    saved,
    with_part,
)

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


def with_formula(formula: str, heading: str) -> ReadList:
    """Read a list with a formula that was never worked out under a heading."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append((*HEADINGS, heading))
    sheet.append((*GOOD, formula))
    return read_list(saved(workbook), today=TODAY)


def with_error(heading: str, error: bytes = b"#N/A") -> ReadList:
    """Read a list with an error under a heading."""
    content = with_part(
        book([(*HEADINGS, heading), (*GOOD, 7)]),
        SHEET,
        lambda part: part.replace(
            b'<c r="D2" t="n"><v>7</v>', b'<c r="D2" t="e"><v>' + error + b"</v>"
        ),
    )
    return read_list(content, today=TODAY)


def test_a_formula_without_a_value_refuses_its_row_by_name() -> None:
    error = with_formula("=DATE(2025,3,3)", "移交日期").refused[0].errors[0]
    assert (error.column, error.code) == ("移交日期", "missing")
    assert "公式" in error.message


@pytest.mark.parametrize("heading", ["移交日期", "整改时限", "统一社会信用代码"])
@pytest.mark.parametrize("word", [b"#N/A", b"#VALUE!", b"#NAME?"])
def test_an_error_refuses_its_row_by_name(heading: str, word: bytes) -> None:
    error = with_error(heading, word).refused[0].errors[0]
    assert (error.column, error.code) == (heading, "cell_error")
    assert word.decode() in error.message


def test_an_error_in_a_remark_is_told() -> None:
    (row,) = with_error("带队人员").rows
    assert row.remarks == {}
    assert [(w.column, w.code) for w in row.warnings] == [("带队人员", "cell_error")]


def test_rows_of_nothing_but_formulas_are_no_rows() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in (HEADINGS, GOOD, ("=A2", None, None)):
        sheet.append(row)
    result = read_list(saved(workbook), today=TODAY)
    assert (len(result.rows), result.refused) == (1, ())


@pytest.mark.parametrize("hidden", [Hidden.TAKE, Hidden.LEAVE])
def test_hidden_rows_are_taken_or_left_as_was_answered(hidden: Hidden) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True

    content = book([HEADINGS, GOOD, ("巴南区", "乙公司", "二")], hide)
    result = read_list(content, today=TODAY, hidden=hidden)
    taken = hidden is Hidden.TAKE
    assert [row.row for row in result.rows] == ([2, 3] if taken else [2])
    assert not result.refused
    assert [n.note.code for n in result.reading.notes] == (["hidden_rows_taken"] if taken else [])
    left = [(part.row, part.text) for part in result.reading.unread]
    assert left == ([] if taken else [(3, "乙公司")])


def test_hidden_rows_are_asked_about_with_their_numbers() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.auto_filter.ref = "A1:C4"
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    other: tuple[Value, ...] = ("巴南区", "乙公司", "二")
    result = read([HEADINGS, GOOD, other, ("江津区", "丙公司", "三")], hide)
    assert [row.row for row in result.rows] == [2, 4]
    assert [(r.row, r.errors[0].code) for r in result.refused] == [(3, "hidden_row")]
    rows, columns = (note.note for note in result.reading.notes)
    assert (rows.code, columns.code) == ("hidden_rows", "hidden_columns")
    assert "第3行" in rows.message
    assert "存在的环境问题" in columns.message


def test_bare_day_numbers_are_counted_from_1904_where_the_workbook_does_and_asked() -> None:
    content = with_part(
        book([(*HEADINGS, "移交日期"), (*GOOD, 44_000)]),
        BOOK,
        lambda part: part.replace(b"<workbookPr ", b'<workbookPr date1904="1" '),
    )
    (row,) = read_list(content, today=date(2026, 1, 1)).rows
    assert row.transferred_on == date(2024, 6, 19)
    assert [warning.code for warning in row.warnings] == ["date_1904"]


def test_cells_without_references_are_counted() -> None:
    part = b'<w><row><c><v>1</v></c><c t="e"><v>#REF!</v></c></row><row hidden="1"><c><f>A1</f></c></row></w>'
    marks = sheet_marks(part)
    assert marks.broken == {(0, 1): "#REF!", (1, 0): ""}
    assert marks.hidden_rows == {1}


def test_a_formula_whose_text_is_empty_has_a_value() -> None:
    assert sheet_marks(b'<w><row><c r="A1" t="str"><f>B1</f><v></v></c></row></w>').broken == {}
