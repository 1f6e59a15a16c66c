"""Read the positive list 监督执法正面清单 from a workbook: one enterprise a row below the headings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateways.problem_list.cells import LostDigits, day_of, is_blank, key_of, text_of
from gateways.problem_list.errors import ListError
from gateways.problem_list.workbook import Broken, Cell, content_of, read_sheets

HEADINGS: Mapping[str, str] = {
    "district": "区县",
    "enterprise": "企业名称",
    "credit_code": "统一社会信用代码",
    "ground": "列入依据",
    "from_on": "列入日期",
    "until_on": "有效期至",
}
"""Field of an entry to the heading of its column."""

_DAYS = ("from_on", "until_on")
_NEEDED = frozenset(HEADINGS) - {"credit_code"}
_FIRST_ROWS = 10


@dataclass(frozen=True, slots=True)
class PositiveRow:
    """A row as it was written, by field; a day that can be read stands as YYYY-MM-DD."""

    sheet: str
    row: int
    typed: Mapping[str, str]


def read_positive_list(content: bytes) -> tuple[PositiveRow, ...]:
    """Read every sheet that has the headings; raises ListError when none has, or the file is none."""
    found: list[PositiveRow] = []
    seen = False
    for sheet in read_sheets(content_of(content)):
        columns, first = _headings(sheet.rows)
        if columns is None:
            continue
        seen = True
        for number, cells in enumerate(sheet.rows[first:], first + 1):
            typed = {f: _typed(f, cells[at]) for f, at in columns.items() if at < len(cells)}
            if any(typed.values()):
                found.append(PositiveRow(sheet.name, number, typed))
    if not seen:
        wanted = "、".join(HEADINGS.values())
        raise ListError("no_headings", f"文件中没有正面清单的表头；第一行应为：{wanted}。")
    return tuple(found)


def _headings(rows: list[list[Cell]]) -> tuple[dict[str, int] | None, int]:
    """Give the column of each field and the row after the headings, counted from 0."""
    wanted = {key_of(label): field for field, label in HEADINGS.items()}
    for at, cells in enumerate(rows[:_FIRST_ROWS]):
        keys = [key_of(cell) if isinstance(cell, str) else "" for cell in cells]
        columns = {wanted[key]: column for column, key in enumerate(keys) if key in wanted}
        if columns.keys() >= _NEEDED:
            return columns, at + 1
    return None, 0


def _typed(field: str, cell: Cell) -> str:
    if isinstance(cell, Broken) or is_blank(cell):
        return ""
    day = day_of(cell) if field in _DAYS else None
    if day is not None:
        return day.isoformat()
    try:
        return text_of(cell).replace("\n", "")
    except LostDigits:
        return "（数字过长，末位已失）"
