"""Plain lists of a register as a workbook holds them: one row an entry, below its headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateways.problem_list.cells import day_of, is_blank, key_of, text_of
from gateways.problem_list.errors import ListError
from gateways.problem_list.workbook import Cell, Sheet, content_of, read_sheets


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainList:
    """How a list is read: its headings and their fields, those needed, days, and words for codes."""

    what: str
    headings: Mapping[str, str]
    needed: frozenset[str]
    days: frozenset[str]
    codes: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class PlainRow:
    """What one row says, by field; `row` is the sheet's row number."""

    sheet: str
    row: int
    values: Mapping[str, str]


def read_plain(content: bytes, shape: PlainList) -> tuple[PlainRow, ...]:
    """Read every entry of a workbook; raises ListError where no sheet holds any."""
    rows = tuple(row for sheet in read_sheets(content_of(content)) for row in _rows(sheet, shape))
    if not rows:
        wanted = "、".join(n for n, field in shape.headings.items() if field in shape.needed)
        raise ListError("headings_missing", f"没有找到{shape.what}的表头；至少应有{wanted}各列。")
    return rows


def _rows(sheet: Sheet, shape: PlainList) -> Iterator[PlainRow]:
    columns: dict[int, str] = {}
    for at, row in enumerate(sheet.rows):
        keys = {i: _key(cell) for i, cell in enumerate(row)}
        named = {i: shape.headings[key] for i, key in keys.items() if key in shape.headings}
        if set(named.values()) >= shape.needed:
            columns = named
        elif columns and any(not is_blank(row[i]) for i in columns if i < len(row)):
            said = {field: row[i] for i, field in columns.items() if i < len(row)}
            values = {field: _said(field, cell, shape) for field, cell in said.items()}
            yield PlainRow(sheet.name, at + 1, values)


def _key(cell: Cell) -> str:
    return key_of(cell).strip("*:") if isinstance(cell, str) else ""


def _said(field: str, cell: Cell, shape: PlainList) -> str:
    if field in shape.days:
        day = day_of(cell)
        return day.isoformat() if day else text_of(cell)
    text = text_of(cell)
    return shape.codes.get(field, {}).get(key_of(text), text)
