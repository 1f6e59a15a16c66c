"""How every export is written: plain sheets to be printed, texts as text, never as a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
        sheet = self.book.add_worksheet((content.tab or content.title)[:31])
        last, top = len(content.columns) - 1, content.headings_at
        sheet.merge_range(0, 0, 0, last, content.title, self.big)
        if content.head:
            sheet.merge_range(1, 0, 1, last, content.head)
        for place, (heading, width) in enumerate(content.columns):
            sheet.set_column(place, place, width)
            sheet.write_string(top, place, heading, self.bold)
        for at, row in enumerate(content.rows, top + 1):
            for place, value in enumerate(row):
                self._put(sheet, at, place, value)
        end = top + 1 + len(content.rows)
        for at, said in enumerate(content.note.splitlines(), end):
            sheet.write_string(at, 0, said)
        _offer(sheet, content, end - 1)
        sheet.freeze_panes(top + 1, 1)
        sheet.autofilter(top, 0, max(end - 1, top), last)
        _for_paper(sheet, top)

    def _put(self, sheet: Any, at: int, place: int, value: Cell) -> None:
        if isinstance(value, date):
            sheet.write_datetime(at, place, value, self.day)
        elif isinstance(value, int | Decimal):
            sheet.write_number(at, place, float(value), self.cell)
        else:
            sheet.write_string(at, place, value or "", self.cell)


def _offer(sheet: Any, content: Sheet, last_row: int) -> None:
    for place, texts in content.offered.items():
        if content.rows:
            choice = {"validate": "list", "source": list(texts), "show_error": False}
            sheet.data_validation(content.headings_at + 1, place, last_row, place, choice)


def _for_paper(sheet: Any, headings_at: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(headings_at)
