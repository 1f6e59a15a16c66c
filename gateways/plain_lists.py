"""Plain lists of a register as a workbook holds them: one row an entry, below its headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateways.problem_list.cells import LostDigits, day_of, is_blank, key_of, text_of
from gateways.problem_list.errors import ListError
from gateways.problem_list.workbook import Broken, Cell, Sheet, content_of, read_sheets

LOST = "（数字过长，末位已失）"
"""What is read of a number whose last digits the program that wrote it has lost."""


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
    """Read every entry of a workbook; raises ListError where no sheet has the headings."""
    read = [_rows(sheet, shape) for sheet in read_sheets(content_of(content))]
    found = [rows for rows in read if rows is not None]
    if not found:
        wanted = "、".join(n for n, field in shape.headings.items() if field in shape.needed)
        raise ListError("headings_missing", f"没有找到{shape.what}的表头；至少应有{wanted}各列。")
    return tuple(row for rows in found for row in rows)


def _rows(sheet: Sheet, shape: PlainList) -> list[PlainRow] | None:
    """Give the entries below a sheet's headings, None where it has none."""
    columns: dict[int, str] | None = None
    found = []
    for at, row in enumerate(sheet.rows):
        keys = {i: _key(cell) for i, cell in enumerate(row)}
        named = {i: shape.headings[key] for i, key in keys.items() if key in shape.headings}
        if set(named.values()) >= shape.needed:
            columns = named
        elif columns is not None:
            cells = {field: row[i] for i, field in columns.items() if i < len(row)}
            values = {field: _said(field, cell, shape) for field, cell in cells.items()}
            if any(values.values()) and not _is_note(row):
                found.append(PlainRow(sheet.name, at + 1, values))
    return found if columns is not None else None


def _is_note(row: Sequence[Cell]) -> bool:
    """Say whether a row is the note that an export sets below its entries."""
    first, *others = row
    return _key(first).startswith("备注") and all(map(is_blank, others))


def _key(cell: Cell) -> str:
    return key_of(cell).strip("*:") if isinstance(cell, str) else ""


def _said(field: str, cell: Cell, shape: PlainList) -> str:
    if isinstance(cell, Broken) or is_blank(cell):
        return ""
    try:
        day = day_of(cell) if field in shape.days else None
        text = day.isoformat() if day else text_of(cell)
    except LostDigits:
        return LOST
    return shape.codes.get(field, {}).get(key_of(text), text)
