"""How every export is written: plain sheets to be printed, texts as text, never as a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | date | Decimal | int | None
Columns = Sequence[tuple[str, int]]
"""Heading and width of each column."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title stands above the headings, its note below the rows."""

    title: str
    columns: Columns
    rows: Sequence[Sequence[Cell]]
    note: str = ""


def workbook(*sheets: Sheet) -> bytes:
    """Write sheets into one workbook."""
    out = io.BytesIO()
    options: dict[str, Any] = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(out, options) as book:
        for sheet in sheets:
            _Writing(book).write(sheet)
    return out.getvalue()


class _Writing:
    """The formats of one sheet."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.big = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        self.cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.day = book.add_format({"border": 1, "valign": "top", "num_format": "yyyy-mm-dd"})

    def write(self, content: Sheet) -> None:
        sheet = self.book.add_worksheet(content.title[:31])
        last = len(content.columns) - 1
        sheet.merge_range(0, 0, 0, last, content.title, self.big)
        for place, (heading, width) in enumerate(content.columns):
            sheet.set_column(place, place, width)
            sheet.write_string(1, place, heading, self.bold)
        for at, row in enumerate(content.rows, 2):
            for place, value in enumerate(row):
                self._put(sheet, at, place, value)
        end = 2 + len(content.rows)
        if content.note:
            sheet.write_string(end, 0, content.note)
        sheet.freeze_panes(2, 1)
        sheet.autofilter(1, 0, max(end - 1, 1), last)
        _for_paper(sheet)

    def _put(self, sheet: Any, at: int, place: int, value: Cell) -> None:
        if isinstance(value, date):
            sheet.write_datetime(at, place, value, self.day)
        elif isinstance(value, int | Decimal):
            sheet.write_number(at, place, float(value), self.cell)
        else:
            sheet.write_string(at, place, value or "", self.cell)


def _for_paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
