"""Plain lists of a register as a workbook holds them: one row an entry, below its headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateways.problem_list.cells import LostDigits, day_of, is_blank, key_of, text_of
from gateways.problem_list.errors import ListError
from gateways.problem_list.standing_words import is_ditto
from gateways.problem_list.workbook import Broken, Cell, Sheet, content_of, read_sheets


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
    """What one row says, by field; `row` is the sheet's row number.

    `wrong` says what no reader can make up for: a cell without a value, a hidden row.
    """

    sheet: str
    row: int
    values: Mapping[str, str]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class PlainRead:
    """The entries of a workbook; `unread` names what of it was left aside, and why."""

    rows: tuple[PlainRow, ...]
    unread: tuple[str, ...]


class _Unreadable(ValueError):
    """A cell that says nothing certain; the message says why."""


def read_plain(content: bytes, shape: PlainList) -> PlainRead:
    """Read every entry of a workbook; raises ListError where no sheet has the headings."""
    rows: list[PlainRow] = []
    unread, seen = [], False
    for sheet in read_sheets(content_of(content)):
        headed = [at for at, row in enumerate(sheet.rows) if _columns(row, shape)]
        if not headed:
            filled = any(not is_blank(cell) for row in sheet.rows for cell in row)
            unread += [f"工作表“{sheet.name}”没有表头"] if filled else []
            continue
        seen = True
        unread += _left_aside(sheet, headed[0], shape)
        rows += _rows(sheet, headed, shape)
    if not seen:
        wanted = "、".join(n for n, field in shape.headings.items() if field in shape.needed)
        raise ListError("headings_missing", f"没有找到{shape.what}的表头；至少应有{wanted}各列。")
    return PlainRead(tuple(rows), tuple(unread))


def _columns(row: Sequence[Cell], shape: PlainList) -> Mapping[int, str] | None:
    """Give the field of each column where the row holds the headings."""
    keys = {i: _key(cell) for i, cell in enumerate(row)}
    named = {i: shape.headings[key] for i, key in keys.items() if key in shape.headings}
    return named if set(named.values()) >= shape.needed else None


def _left_aside(sheet: Sheet, headed: int, shape: PlainList) -> list[str]:
    """Name the columns that no field takes and that hold something."""
    return [
        f"工作表“{sheet.name}”的“{cell}”列"
        for i, cell in enumerate(sheet.rows[headed])
        if _key(cell) not in shape.headings
        and any(i < len(row) and not is_blank(row[i]) for row in sheet.rows[headed + 1 :])
    ]


def _rows(sheet: Sheet, headed: Sequence[int], shape: PlainList) -> Iterator[PlainRow]:
    """Give the entries below a sheet's headings, which may stand there again."""
    columns: Mapping[int, str] = {}
    for at, row in enumerate(sheet.rows):
        if at in headed:
            columns = _columns(row, shape) or columns
            continue
        cells = {field: row[i] for i, field in columns.items() if i < len(row)}
        if all(is_blank(cell) for cell in cells.values()) or _is_note(row):
            continue
        yield _entry(sheet, at, cells, shape)


def _entry(sheet: Sheet, at: int, cells: Mapping[str, Cell], shape: PlainList) -> PlainRow:
    names = {field: name for name, field in shape.headings.items()}
    values, wrong = (
        {},
        ["该行被隐藏或筛选；登记的请显示，不登记的请删去"] * (at in sheet.hidden_rows),
    )
    for field, cell in cells.items():
        try:
            values[field] = _said(field, cell, shape)
        except _Unreadable as why:
            wrong.append(f"{names[field]}：{why}")
    return PlainRow(sheet.name, at + 1, values, "；".join(wrong))


def _is_note(row: Sequence[Cell]) -> bool:
    """Say whether a row is the note that an export sets below its entries."""
    first, *others = row
    return _key(first).startswith("备注") and all(map(is_blank, others))


def _key(cell: Cell) -> str:
    return key_of(cell).strip("*:") if isinstance(cell, str) else ""


def _said(field: str, cell: Cell, shape: PlainList) -> str:
    if isinstance(cell, Broken):
        raise _Unreadable("错误值，或公式没有计算结果，请填写内容")
    if is_ditto(cell):
        raise _Unreadable("请写明，不能填“同上”")
    try:
        day = day_of(cell) if field in shape.days else None
        text = day.isoformat() if day else text_of(cell)
    except LostDigits as error:
        raise _Unreadable("数字过长，末位已失，请设为文本后重填") from error
    return shape.codes.get(field, {}).get(key_of(text), text)
