"""Find the table on a sheet: where its headings stand, which way it runs, what each row holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateways.problem_list.cells import is_blank, key_of, text_of
from gateways.problem_list.entries import Entry
from gateways.problem_list.errors import ListError
from gateways.problem_list.headings import (
    IGNORED,
    LABELS,
    REQUIRED,
    field_of,
    heading_key,
)
from gateways.problem_list.refusals import number_of_several
from gateways.problem_list.running_numbers import is_running, merged_rows
from gateways.problem_list.standing_words import filled_from_above
from gateways.problem_list.workbook import Cell, Sheet

HEADINGS_WITHIN = 40
"""Title rows above the headings, at most; a transposed list has its headings as far left."""

TRANSPOSED_WITHIN = 200
"""A list lying on its side has few rows; a taller sheet is not tried that way."""

LONGEST_HEADING = 60

HEAD_LINE = re.compile(r"^(?P<district>[^:]*?)区\(县\)填报人")
NAMED_DISTRICT = re.compile(r"^(?:区县|区\(县\)|属地):(?P<district>[^:]+?)(?:填报人.*)?$")
FOOTER = re.compile(
    r"(?:备注|注|说明|填表说明|填报说明)[::\d]|(?:合计|总计|共计)|(?:填报|审核|制表)人?[::]"
)


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one sheet.

    `headings_at` is the row of the headings counted from 1, or the column when `transposed`.
    """

    sheet: str
    transposed: bool
    headings_at: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class _Headings:
    at: int
    columns: dict[str, int]


def find_tables(sheets: list[Sheet]) -> list[Table]:
    """Return the table of every sheet that has one, the others are passed over.

    Raises ListError: `no_headings` when no sheet has one, `missing_column` when a required
    column is absent.
    """
    tables = [table for sheet in sheets if (table := table_of(sheet)) is not None]
    if not tables:
        required = "、".join(LABELS[field] for field in REQUIRED)
        raise ListError(
            "no_headings",
            f"未找到表头。请在清单上方保留一行列名，至少包括：{required}。",
        )
    return tables


def table_of(sheet: Sheet) -> Table | None:
    """Return the table of one sheet, or None where no headings are found."""
    upright, lying = sheet, lay_down(sheet)
    best = find_headings(upright)
    aside = find_headings(lying) if lying else None
    if aside and lying and (best is None or len(aside.columns) > len(best.columns)):
        return read_table(lying, aside, head_line_district(sheet), transposed=True)
    return read_table(upright, best, head_line_district(sheet), transposed=False) if best else None


def lay_down(sheet: Sheet) -> Sheet | None:
    """Return the sheet with rows and columns exchanged, or None when it is too tall for that."""
    if len(sheet.rows) > TRANSPOSED_WITHIN:
        return None
    columns = [list(column) for column in zip(*sheet.rows, strict=True)]
    merged = [((left, top), (right, bottom)) for (top, left), (bottom, right) in sheet.merged]
    return Sheet(sheet.name, columns, merged)


def find_headings(sheet: Sheet) -> _Headings | None:
    """Return the first row that names the most columns, two at least and one of them needed."""
    found = [_Headings(at, columns_of(row)) for at, row in enumerate(sheet.rows[:HEADINGS_WITHIN])]
    usable = [h for h in found if len(h.columns) > 1 and h.columns.keys() & REQUIRED]
    return max(usable, key=lambda h: (len(h.columns), -h.at), default=None)


def columns_of(row: list[Cell]) -> dict[str, int]:
    """Return field to column; the proper heading wins over its other names, then the first."""
    named = [(at, field_of(cell)) for at, cell in enumerate(row) if isinstance(cell, str)]
    columns: dict[str, int] = {}
    for proper in (True, False):
        for at, field in named:
            if field and (heading_key(str(row[at])) == LABELS[field]) >= proper:
                columns.setdefault(field, at)
    return columns


def head_line_district(sheet: Sheet) -> str:
    """Return the district of the annex's head line `渝北区 区（县） 填报人：`, or nothing."""
    for row in sheet.rows[:HEADINGS_WITHIN]:
        line = key_of("".join(cell for cell in row if isinstance(cell, str)))
        found = HEAD_LINE.search(line) or NAMED_DISTRICT.search(line)
        if found:
            return found["district"].strip("_")
    return ""


def read_table(sheet: Sheet, headings: _Headings, district: str, *, transposed: bool) -> Table:
    """Return the entries below the headings.

    Raises ListError `missing_column`.
    """
    refuse_missing_columns(sheet.name, headings, district)
    rows = tuple(filled_from_above(entries_of(sheet, headings, district)))
    entries = own_numbers(rows, sheet, headings)
    return Table(sheet.name, transposed, headings.at + 1, entries)


def refuse_missing_columns(name: str, headings: _Headings, district: str) -> None:
    """Name every required column that is absent; the head line may stand in for the district."""
    missing = [
        LABELS[field]
        for field in REQUIRED
        if field not in headings.columns and not (field == "district" and district)
    ]
    if missing:
        hint = "（也可在表头上方写明“××区 区（县）”）" if LABELS["district"] in missing else ""
        raise ListError(
            "missing_column",
            f"工作表“{name}”缺少必填列：{'、'.join(missing)}{hint}。请补上后重新上传；不是清单的工作表请删除或隐藏。",
        )


def entries_of(sheet: Sheet, headings: _Headings, district: str) -> Iterator[Entry]:
    """Yield every row that holds something of its own and is neither heading nor footnote."""
    fields = {at: field for field, at in headings.columns.items()}
    names = remark_names(sheet.rows[headings.at], fields)
    inherited = inherited_cells(sheet)
    for at, row in enumerate(sheet.rows[headings.at + 1 :], headings.at + 1):
        own = [i for i, cell in enumerate(row) if not is_blank(cell) and names.get(i) != ""]
        if not own or is_footnote(row, own, headings) or repeats_headings(row, fields):
            continue
        full = [inherited.get((at, i), cell) for i, cell in enumerate(row)]
        values = {field: full[i] for i, field in fields.items() if not is_blank(full[i])}
        if district:
            values.setdefault("district", district)
        remarks = {n: full[i] for i, n in names.items() if n and not is_blank(full[i])}
        yield Entry(at + 1, values, remarks)


def own_numbers(entries: tuple[Entry, ...], sheet: Sheet, headings: _Headings) -> tuple[Entry, ...]:
    """Leave a problem only a number of its own: a counter is none, nor is one merged over several."""
    column = headings.columns.get("problem_no")
    if column is None:
        return entries
    numbers = [entry.values["problem_no"] for entry in entries if "problem_no" in entry.values]
    proper = heading_key(str(sheet.rows[headings.at][column])) == LABELS["problem_no"]
    if is_running(numbers, proper=proper):
        return tuple(without_number(entry) for entry in entries)
    shared = {row + 1 for row in merged_rows(sheet.merged, column)}
    return tuple(shared_number(e) if e.number in shared else e for e in entries)


def without_number(entry: Entry) -> Entry:
    """Return the entry without the counter that stood where its number would."""
    return replace(entry, values={f: v for f, v in entry.values.items() if f != "problem_no"})


def shared_number(entry: Entry) -> Entry:
    """Keep a number merged over several problems as a remark: it names all of them, none alone."""
    number = entry.values.get("problem_no")
    if number is None:
        return entry
    return replace(
        without_number(entry),
        remarks={**entry.remarks, LABELS["problem_no"]: number},
        notes=(*entry.notes, number_of_several()),
    )


def remark_names(row: list[Cell], fields: dict[int, str]) -> dict[int, str]:
    """Return column to remark name for the columns that are no field; ignored ones have no name."""
    names: dict[int, str] = {}
    for at, cell in enumerate(row):
        if at not in fields:
            heading = text_of(str(cell)).replace("\n", "")[:LONGEST_HEADING] or f"第{at + 1}列"
            ignored = heading_key(heading) in IGNORED
            name = f"{heading}（第{at + 1}列）" if heading in names.values() else heading
            names[at] = "" if ignored else name
    return names


def inherited_cells(sheet: Sheet) -> dict[tuple[int, int], Cell]:
    """Return the value every lower row of a merged range inherits, in the range's first column."""
    return {
        (row, left): sheet.rows[top][left]
        for (top, left), (bottom, _) in sheet.merged
        if top < len(sheet.rows) and left < len(sheet.rows[top])
        for row in range(top + 1, min(bottom + 1, len(sheet.rows)))
    }


def is_footnote(row: list[Cell], own: list[int], headings: _Headings) -> bool:
    """Say whether the row is the note below the table: a note's opening word and no problem."""
    problem_at = headings.columns.get("description")
    if problem_at in own and problem_at != own[0]:
        return False
    first = row[own[0]]
    return isinstance(first, str) and FOOTER.match(key_of(first)) is not None


def repeats_headings(row: list[Cell], fields: dict[int, str]) -> bool:
    """Say whether the headings stand here once more, as on every printed page."""
    again = [i for i, field in fields.items() if field_of(str(row[i])) == field]
    return len(again) > 1
