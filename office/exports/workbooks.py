"""How every export is written: plain sheets to be printed, texts as text, never as a formula."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | date | Decimal | int | None
Columns = Sequence[tuple[str, int]]
"""Heading and width of each column."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: title and head line stand above the headings, each line of its note below the rows.

    `tab` names it where that is not its title; `offered` are the texts offered in a column, counted
    from 0, where others may be typed as well.
    """

    title: str
    columns: Columns
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    head: str = ""
    tab: str = ""
    offered: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @property
    def headings_at(self) -> int:
        """The row of the headings, counted from 0."""
        return 2 if self.head else 1


Row = Sequence[Cell]
Streamed = tuple[Sheet, AsyncIterator[Row]]
"""A sheet of which the rows come by and by, after its own."""


def workbook(*sheets: Sheet) -> bytes:
    """Write sheets into one workbook."""
    out = io.BytesIO()
    options: dict[str, Any] = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(out, options) as book:
        formats = _Formats(book)
        for sheet in sheets:
            _Writing(formats, sheet).end()
    return out.getvalue()


async def write_workbook(path: Path, *sheets: Streamed) -> None:
    """Write sheets into a workbook at `path`, row by row, in memory that does not grow with them."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        formats = _Formats(book)
        for sheet, rows in sheets:
            writing = _Writing(formats, sheet)
            async for row in rows:
                writing.row(row)
            writing.end()


class _Formats:
    """The formats of one book."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.big = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        self.cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.day = book.add_format({"border": 1, "valign": "top", "num_format": "yyyy-mm-dd"})


class _Writing:
    """One sheet, from its title downwards: what was written is not looked at again."""

    def __init__(self, formats: _Formats, content: Sheet) -> None:
        self._formats, self._content = formats, content
        self._sheet = formats.book.add_worksheet((content.tab or content.title)[:31])
        self._top = content.headings_at
        self._next = self._top + 1
        self._head()
        for row in content.rows:
            self.row(row)

    def _head(self) -> None:
        content, sheet, formats = self._content, self._sheet, self._formats
        last = len(content.columns) - 1
        for place, (_, width) in enumerate(content.columns):
            sheet.set_column(place, place, width)
        sheet.merge_range(0, 0, 0, last, content.title, formats.big)
        if content.head:
            sheet.merge_range(1, 0, 1, last, content.head)
        for place, (heading, _) in enumerate(content.columns):
            sheet.write_string(self._top, place, heading, formats.bold)

    def row(self, cells: Row) -> None:
        """Write the next row."""
        for place, value in enumerate(cells):
            self._put(place, value)
        self._next += 1

    def end(self) -> None:
        """Write what stands below the rows, and how the sheet is printed."""
        sheet, last = self._sheet, len(self._content.columns) - 1
        end = self._next
        for at, said in enumerate(self._content.note.splitlines(), end):
            sheet.write_string(at, 0, said)
        if end > self._top + 1:
            _offer(sheet, self._content, end - 1)
        sheet.freeze_panes(self._top + 1, 1)
        sheet.autofilter(self._top, 0, max(end - 1, self._top), last)
        _for_paper(sheet, self._top)

    def _put(self, place: int, value: Cell) -> None:
        sheet, formats = self._sheet, self._formats
        if isinstance(value, date):
            sheet.write_datetime(self._next, place, value, formats.day)
        elif isinstance(value, int | Decimal):
            sheet.write_number(self._next, place, float(value), formats.cell)
        else:
            sheet.write_string(self._next, place, value or "", formats.cell)


def _offer(sheet: Any, content: Sheet, last_row: int) -> None:
    for place, texts in content.offered.items():
        choice = {"validate": "list", "source": list(texts), "show_error": False}
        sheet.data_validation(content.headings_at + 1, place, last_row, place, choice)


def _for_paper(sheet: Any, headings_at: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(headings_at)
