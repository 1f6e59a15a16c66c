"""Visits of enterprises as a workbook lists them: one row a visit, below its headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.enterprise_visits import VisitKind
from gateways.problem_list.cells import day_of, is_blank, key_of, text_of
from gateways.problem_list.errors import ListError
from gateways.problem_list.workbook import Cell, Sheet, content_of, read_sheets

NAMES = {
    "区县": "district",
    "企业名称": "enterprise",
    "企业": "enterprise",
    "统一社会信用代码": "credit_code",
    "类别": "kind",
    "到访日期": "visited_on",
    "日期": "visited_on",
    "到访人员": "who",
    "人员": "who",
    "情况": "findings",
    "关联问题": "problem_no",
    "问题编号": "problem_no",
}
NEEDED = frozenset({"district", "enterprise", "kind", "visited_on", "who", "findings"})
_KINDS = {key_of(word): kind.value for kind in VisitKind for word in (kind.label, kind.value)} | {
    "体检": VisitKind.CHECK_UP.value,
    "执法": VisitKind.ENFORCEMENT.value,
    "回访": VisitKind.RECOVERY.value,
    "康复回访": VisitKind.RECOVERY.value,
}


@dataclass(frozen=True, slots=True)
class VisitRow:
    """What one row says, by field; `row` is the sheet's row number."""

    sheet: str
    row: int
    values: Mapping[str, str]


def read_visits(content: bytes) -> tuple[VisitRow, ...]:
    """Read every visit of a workbook; raises ListError where no sheet lists any."""
    rows = tuple(row for sheet in read_sheets(content_of(content)) for row in _rows(sheet))
    if not rows:
        wanted = "、".join(name for name, field in NAMES.items() if field in NEEDED)
        raise ListError("headings_missing", f"没有找到到访台账的表头；至少应有{wanted}各列。")
    return rows


def _rows(sheet: Sheet) -> Iterator[VisitRow]:
    columns: dict[int, str] = {}
    for at, row in enumerate(sheet.rows):
        named = {i: NAMES[key] for i, cell in enumerate(row) if (key := _key(cell)) in NAMES}
        if set(named.values()) >= NEEDED:
            columns = named
        elif columns and any(not is_blank(row[i]) for i in columns if i < len(row)):
            said = {field: row[i] for i, field in columns.items() if i < len(row)}
            yield VisitRow(sheet.name, at + 1, {f: _said(f, cell) for f, cell in said.items()})


def _key(cell: Cell) -> str:
    return key_of(cell).strip("*:") if isinstance(cell, str) else ""


def _said(field: str, cell: Cell) -> str:
    if field == "visited_on":
        day = day_of(cell)
        return day.isoformat() if day else text_of(cell)
    text = text_of(cell)
    return _KINDS.get(key_of(text), text) if field == "kind" else text
