"""The uploaded list sent back, with what became of each row written beside it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gateways.problem_list.errors import ListError
from gateways.problem_list.headings import REASONS, RESULT
from gateways.problem_list.layout import Table, table_of
from gateways.problem_list.table_rows import inherited_cells
from gateways.problem_list.workbook import Cell, Sheet, content_of, read_sheets


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row: a word for the column 处理结果, and the reasons or warnings."""

    sheet: str
    row: int
    result: str
    reasons: tuple[str, ...] = ()
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Formats:
    day: Format
    heading: Format
    plain: Format
    refused: Format


def annotated_workbook(original: Path | str | bytes, report: Iterable[RowOutcome]) -> bytes:
    """Return the list with the columns 处理结果 and 原因 added, or filled anew.

    Values stay where they were, so row numbers hold; merged cells are filled down, formulas
    become their values and every text is written as text. Raises ListError as reading does.
    """
    outcomes = {(outcome.sheet, outcome.row): outcome for outcome in report}
    sheets = read_sheets(content_of(original))
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        formats = _Formats(
            day=workbook.add_format({"num_format": "yyyy-mm-dd"}),
            heading=workbook.add_format({"bold": True}),
            plain=workbook.add_format({"text_wrap": True, "valign": "top"}),
            refused=workbook.add_format(
                {"text_wrap": True, "valign": "top", "font_color": "#9C0006", "bg_color": "#FFC7CE"}
            ),
        )
        for number, sheet in enumerate(sheets, 1):
            name = sheet_name(sheet.name, number, {other.name.casefold() for other in sheets})
            write_sheet(workbook.add_worksheet(name), sheet, outcomes, formats)
    return out.getvalue()


def sheet_name(name: str, number: int, taken: set[str]) -> str:
    """Return the sheet's name where Excel allows it, else a number no other sheet has."""
    if 0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") and name.strip("'") == name:
        return name
    fresh = f"工作表{number}"
    while fresh.casefold() in taken:
        fresh += "_"
    return fresh


def write_sheet(
    target: Worksheet,
    sheet: Sheet,
    outcomes: Mapping[tuple[str, int], RowOutcome],
    formats: _Formats,
) -> None:
    """Write the cells, then the two columns; on a list lying on its side the two rows."""
    inherited = inherited_cells(sheet)
    for at, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            write_cell(target, (at, column), inherited.get((at, column), cell), formats.day)
    table = readable_table(sheet)
    if table is None:
        return
    lines = list(zip(*sheet.rows, strict=True)) if table.transposed else sheet.rows
    beside = place_beside(list(lines[table.headings_at - 1]))

    def write(line: int, offset: int, text: str, style: Format) -> None:
        across = (beside + offset, line) if table.transposed else (line, beside + offset)
        target.write_string(*across, text, style)

    write(table.headings_at - 1, 0, RESULT, formats.heading)
    write(table.headings_at - 1, 1, REASONS, formats.heading)
    for entry in table.entries:
        outcome = outcomes.get((sheet.name, entry.number))
        if outcome:
            style = formats.refused if outcome.refused else formats.plain
            write(entry.number - 1, 0, outcome.result, style)
            if outcome.reasons:
                write(entry.number - 1, 1, "\n".join(outcome.reasons), style)
    if not table.transposed:
        target.set_column(beside + 1, beside + 1, 60)


def readable_table(sheet: Sheet) -> Table | None:
    """Return the table of a sheet, or None for one that was left unread."""
    try:
        return table_of(sheet)
    except ListError:
        return None


def place_beside(headings: list[Cell]) -> int:
    """Return where 处理结果 stands already, or the first place after the table."""
    return headings.index(RESULT) if RESULT in headings else len(headings)


def write_cell(target: Worksheet, at: tuple[int, int], cell: Cell, day: Format) -> None:
    """Write one value as what it is; a text never becomes a formula, a link or a number."""
    if isinstance(cell, bool):
        target.write_boolean(*at, cell)
    elif isinstance(cell, date):
        target.write_datetime(*at, cell, day)
    elif isinstance(cell, float | int):
        target.write_number(*at, cell)
    elif cell:
        target.write_string(*at, cell)
