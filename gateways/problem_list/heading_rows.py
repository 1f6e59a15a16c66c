"""Where the headings of a table stand, in one row or in two, and which column each names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateways.problem_list.cells import is_blank, text_of
from gateways.problem_list.errors import ListError
from gateways.problem_list.headings import (
    LABELS,
    REQUIRED,
    field_of,
    field_under,
    heading_key,
    rank,
)
from gateways.problem_list.workbook import Cell, Sheet

HEADINGS_WITHIN = 40
"""Title rows above the headings, at most; a transposed list has its headings as far left."""


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings: rows `top` to `at` from 0, `names` one text a column, `columns` by field."""

    at: int
    names: tuple[str, ...]
    columns: dict[str, int]
    top: int = 0

    @property
    def needed(self) -> int:
        """How many of the needed columns they name."""
        return len(self.columns.keys() & set(REQUIRED))


def find_headings(sheet: Sheet) -> Headings | None:
    """Return the first headings of a sheet that name as many needed columns as any.

    Of one row alone and with the row below, those that name more; two columns at least, one of
    them needed. What stands further down is another table, read on from there.
    """
    usable = [h for h in map(fullest, candidates(sheet)) if len(h.columns) > 1 and h.needed]
    if not usable:
        return None
    first = max(usable, key=lambda h: (h.needed, -h.top))
    same = (h for h in usable if first.top <= h.top <= first.at and h.needed == first.needed)
    return fullest(tuple(same))


def fullest(several: tuple[Headings, ...]) -> Headings:
    """Return the headings that name the most columns, the first of them."""
    return max(several, key=lambda one: len(one.columns))


def tables_passed(sheet: Sheet, headings: Headings) -> Iterator[int]:
    """Yield the rows of a table above the headings, one that names two needed columns but not all."""
    above = map(fullest, candidates(sheet))
    first = next((h for h in above if h.needed > 1), headings)
    if first.at < headings.top:
        for at in range(first.top, headings.top):
            if not all(map(is_blank, sheet.rows[at])):
                yield at


def candidates(sheet: Sheet) -> Iterator[tuple[Headings, ...]]:
    """Yield the headings that each row near the top would be, alone and with the row below."""
    for at, row in enumerate(sheet.rows[:HEADINGS_WITHIN]):
        alone = Headings(at, tuple(shown_name(cell) for cell in row), columns_of(row), at)
        below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else []
        groups = groups_of(sheet, at)
        if below and is_second_row(row, below, groups):
            yield alone, two_rows(at, row, below, groups)
        else:
            yield (alone,)


def groups_of(sheet: Sheet, at: int) -> dict[int, int]:
    """Return column to the first column of its group: a heading reaches over blanks to its right.

    Only a merged cell, or blanks with headings below them, make a group; see `is_second_row`.
    """
    row = sheet.rows[at]
    groups: dict[int, int] = {}
    for column, cell in enumerate(row):
        if is_blank(cell) and column - 1 in groups:
            groups[column] = groups[column - 1]
        elif not is_blank(cell):
            groups[column] = column
    return groups


def is_second_row(row: list[Cell], below: list[Cell], groups: dict[int, int]) -> bool:
    """Say whether the row below divides groups of this one, and holds nothing else."""
    wide = {first for column, first in groups.items() if column != first}
    under = [column for column, cell in enumerate(below) if not is_blank(cell)]
    named = sum(not is_blank(cell) for cell in row)
    return (
        named > 1
        and bool(under)
        and all(isinstance(below[column], str) and groups.get(column) in wide for column in under)
        and len({groups[column] for column in under}) < len(under)
    )


def two_rows(at: int, row: list[Cell], below: list[Cell], groups: dict[int, int]) -> Headings:
    """Return headings of two rows: 移交情况 over 日期 and 文号 means 移交日期 and 移交文号."""
    names: list[str] = []
    columns: dict[str, int] = {}
    for column, cell in enumerate(below):
        over = shown_name(row[groups[column]]) if column in groups else ""
        under = shown_name(cell)
        names.append(f"{over}/{under}" if under and over else over if row[column] else under)
        field = field_under(over, under) if under else field_of(str(row[column]))
        if field:
            columns.setdefault(field, column)
    return Headings(at + 1, tuple(names), columns, at)


def columns_of(row: list[Cell]) -> dict[str, int]:
    """Return field to column; the proper heading wins over its other names, then the first."""
    named = [(at, field) for at, cell in enumerate(row) if (field := name_in(cell))]
    columns: dict[str, int] = {}
    for at, field in sorted(named, key=lambda pair: rank(str(row[pair[0]]), pair[1])):
        columns.setdefault(field, at)
    return columns


def name_in(cell: Cell) -> str | None:
    """Return the field that a cell names, if it is short enough to be a heading."""
    return field_of(cell) if isinstance(cell, str) and 0 < len(cell) <= 40 else None


def shown_name(cell: Cell) -> str:
    """Return a heading as people read it, in one line."""
    return text_of(cell).replace("\n", "") if isinstance(cell, str) else ""


def refuse_two_tables(sheet: Sheet, headings: Headings) -> None:
    """Refuse two tables side by side: the right one would be remarks of the left one."""
    taken = set(headings.columns.values())
    keys = {
        heading_key(headings.names[column]): field for field, column in headings.columns.items()
    }
    again = {
        keys[key]: column
        for column, name in enumerate(headings.names)
        if column not in taken and (key := heading_key(name)) in keys
    }
    if len(again.keys() & set(REQUIRED)) > 1:
        first = headings.names[min(again.values())]
        raise ListError(
            "side_by_side",
            f"工作表“{sheet.name}”左右并排有两张表（“{first}”重复出现）。"
            "请改为上下接续，或者分放两个工作表后重新上传。",
        )


def missing_columns(headings: Headings, *, has_district: bool) -> list[str]:
    """Name every required column that is absent; a district said elsewhere stands in for its own."""
    return [
        LABELS[field]
        for field in REQUIRED
        if field not in headings.columns and not (field == "district" and has_district)
    ]
