"""Find the table on a sheet: where its headings stand, which way it runs, what each row holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.catalogues.districts import is_district
from gateways.problem_list.cells import key_of
from gateways.problem_list.days import day_of_serial
from gateways.problem_list.entries import Entry
from gateways.problem_list.errors import ListError, RowError
from gateways.problem_list.heading_rows import (
    HEADINGS_WITHIN,
    Headings,
    find_headings,
    missing_columns,
    refuse_two_tables,
)
from gateways.problem_list.headings import LABELS, REQUIRED, heading_key, looks_like_a_date
from gateways.problem_list.refusals import (
    days_of_1904,
    format_cannot_tell,
    hidden_columns,
    hidden_rows,
    number_of_several,
    unknown_dates,
)
from gateways.problem_list.report import ColumnRead, SheetNote, Unread
from gateways.problem_list.running_numbers import is_running, merged_rows
from gateways.problem_list.standing_words import filled_from_above
from gateways.problem_list.table_rows import names_district, remark_names, rows_of
from gateways.problem_list.workbook import Sheet

TRANSPOSED_WITHIN = 200
"""A list lying on its side has few rows; a taller sheet is not tried that way."""

HEAD_LINE = re.compile(r"^(?P<district>[^:]*?)区\(县\)填报人")
NAMED_DISTRICT = re.compile(r"^(?:区县|区\(县\)|属地):(?P<district>[^:]+?)(?:填报人.*)?$")
REPORTING_UNIT = re.compile(
    r"(?:填报|填表|报送|上报|编制|责任|制表)(?:单位|区县|地区)(?:\([^)]*\))?:"
    r"(?P<district>.+?)(?:\([^)]*\))?(?=填报|填表|联系|报送|上报|制表|审核|负责|日期|时间|电话|$)"
)
AROUND_NAME = re.compile(
    r"^[\d.、_()-]+|(?:\(\d*(?:个|家|项|件|条)?(?:问题|企业)?\)|[\d_-])+$|(?:问题)?(?:清单|台账|汇总表|表)$"
)

DAY_FIELDS = {"transferred_on", "found_on", "rectification_due_on", "served_on"}
DAYS_TO_1904 = 1462

COUNTER = "行号"
REMARK = "备注"


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one sheet.

    `headings_at` is the row of the headings counted from 1, or the column when `transposed`.
    """

    sheet: str
    transposed: bool
    headings_at: int
    entries: tuple[Entry, ...]
    columns: tuple[ColumnRead, ...] = ()
    passed: tuple[Unread, ...] = ()
    notes: tuple[SheetNote, ...] = ()
    hidden: frozenset[int] = frozenset()


def find_tables(sheets: list[Sheet]) -> tuple[list[Table], list[Unread]]:
    """Return the table of every sheet that has one, and the sheets without, with the reason.

    Raises ListError: `no_headings` when no sheet has one, or why the only tables there are cannot
    be read, such as `missing_column`.
    """
    tables: list[Table] = []
    unread: list[Unread] = []
    faults: list[ListError] = []
    for sheet in sheets:
        try:
            table = table_of(sheet)
        except ListError as error:
            if error.code != "missing_column":
                raise
            faults.append(ListError(error.code, f"工作表“{sheet.name}”{error.message}"))
            unread.append(Unread(sheet.name, None, "", error.message))
            continue
        if table is not None:
            tables.append(table)
        elif sheet.rows:
            unread.append(
                Unread(sheet.name, None, "", "未找到表头（区县、企业名称、存在的环境问题）。")
            )
    if not tables:
        raise faults[0] if faults else no_headings()
    return tables, unread


def no_headings() -> ListError:
    """Say that no sheet has headings."""
    required = "、".join(LABELS[field] for field in REQUIRED)
    message = f"未找到表头。请在清单上方保留一行列名，至少包括：{required}。"
    return ListError("no_headings", message)


def table_of(sheet: Sheet) -> Table | None:
    """Return the table of one sheet, or None where no headings are found; raises ListError."""
    lying = lay_down(sheet)
    best = find_headings(sheet)
    aside = find_headings(lying) if lying else None
    if aside and lying and (best is None or len(aside.columns) > len(best.columns)):
        return read_table(lying, aside, district_of(sheet), transposed=True)
    return read_table(sheet, best, district_of(sheet), transposed=False) if best else None


def lay_down(sheet: Sheet) -> Sheet | None:
    """Return the sheet with rows and columns exchanged, or None when it is too tall for that."""
    if len(sheet.rows) > TRANSPOSED_WITHIN:
        return None
    columns = [list(column) for column in zip(*sheet.rows, strict=True)]
    merged = [((left, top), (right, bottom)) for (top, left), (bottom, right) in sheet.merged]
    hidden = (sheet.hidden_columns, sheet.hidden_rows)
    return replace(
        sheet, rows=columns, merged=merged, hidden_rows=hidden[0], hidden_columns=hidden[1]
    )


def district_of(sheet: Sheet) -> str:
    """Return the district of the head line, such as the annex's `渝北区 区（县） 填报人：`.

    Where none is written there, the name of the sheet may be one. Else nothing.
    """
    for row in sheet.rows[:HEADINGS_WITHIN]:
        line = key_of("".join(cell for cell in row if isinstance(cell, str)))
        found = HEAD_LINE.search(line) or NAMED_DISTRICT.search(line)
        if found:
            return found["district"].strip("_")
        unit = REPORTING_UNIT.search(line)
        if unit and is_district(unit["district"].strip("_")):
            return unit["district"].strip("_")
    name = AROUND_NAME.sub("", AROUND_NAME.sub("", key_of(sheet.name)))
    return name if is_district(name) else ""


def read_table(sheet: Sheet, headings: Headings, district: str, *, transposed: bool) -> Table:
    """Return the entries below the headings.

    Raises ListError `missing_column` or `side_by_side`.
    """
    refuse_two_tables(sheet, headings)
    has_district = bool(district) or names_district(sheet, headings)
    missing = missing_columns(headings, has_district=has_district)
    if missing:
        raise missing_column(missing)
    rows = rows_of(sheet, headings, district)
    entries = tuple(filled_from_above(rows.entries))
    counted = counts_rows(entries, headings)
    dates = unknown_date_columns(headings)
    return Table(
        sheet.name,
        transposed,
        headings.at + 1,
        tuple(
            noted(counted_from_1904(entry) if sheet.date1904 else entry, dates)
            for entry in own_numbers(entries, sheet, headings, counted)
        ),
        columns_read(sheet.name, headings, counted=counted, transposed=transposed),
        tuple(rows.passed),
        tuple(SheetNote(sheet.name, note) for note in notes_of(sheet, headings, entries, dates)),
        frozenset(row + 1 for row in sheet.hidden_rows),
    )


def notes_of(
    sheet: Sheet, headings: Headings, entries: tuple[Entry, ...], dates: tuple[str, ...]
) -> Iterator[RowError]:
    """Yield what a person should know of the whole sheet."""
    yield from map(unknown_dates, dates)
    if sheet.blind:
        yield format_cannot_tell()
    hidden = [entry.number for entry in entries if entry.number - 1 in sheet.hidden_rows]
    if hidden:
        yield hidden_rows(hidden)
    names = [n for at, n in enumerate(headings.names) if n and at in sheet.hidden_columns]
    if names:
        yield hidden_columns(names)


def counted_from_1904(entry: Entry) -> Entry:
    """Return the entry with its bare day numbers counted as its workbook counts them."""
    for field in DAY_FIELDS & entry.values.keys():
        cell = entry.values[field]
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            day = day_of_serial(int(cell) + DAYS_TO_1904)
            if day:
                note = days_of_1904(LABELS[field], day)
                values = {**entry.values, field: day}
                entry = replace(entry, values=values, notes=(*entry.notes, note))
    return entry


def missing_column(missing: list[str]) -> ListError:
    """Refuse a table without its required columns."""
    hint = "（也可在表头上方写明“××区 区（县）”）" if LABELS["district"] in missing else ""
    return ListError(
        "missing_column",
        f"缺少必填列：{'、'.join(missing)}{hint}。请补上后重新上传；不是清单的工作表请删除或隐藏。",
    )


def columns_read(
    sheet: str, headings: Headings, *, counted: bool, transposed: bool
) -> tuple[ColumnRead, ...]:
    """Say as what each column was read."""
    fields = {column: LABELS[field] for field, column in headings.columns.items()}
    if counted:
        fields[headings.columns["problem_no"]] = COUNTER
    names = remark_names(headings)
    return tuple(
        ColumnRead(
            sheet,
            f"第{at + 1}行" if transposed else letters(at),
            name,
            fields.get(at) or (REMARK if names.get(at) else COUNTER),
        )
        for at, name in enumerate(headings.names)
        if name
    )


def letters(column: int) -> str:
    """Return the letters of a column counted from 0: A, B … AA."""
    before, last = divmod(column, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def unknown_date_columns(headings: Headings) -> tuple[str, ...]:
    """Return the columns that speak of a day and are no field of ours."""
    return tuple(name for name in remark_names(headings).values() if looks_like_a_date(name))


def noted(entry: Entry, dates: tuple[str, ...]) -> Entry:
    """Tell of a row that no day of transfer was read, though a column of days was left over."""
    if "transferred_on" in entry.values:
        dates = tuple(name for name in dates if "反馈" in name)
    left = [name for name in dates if name in entry.remarks]
    return replace(entry, notes=(*entry.notes, *map(unknown_dates, left)))


def counts_rows(entries: tuple[Entry, ...], headings: Headings) -> bool:
    """Say whether what stands where the problems' numbers would only counts the rows."""
    if "problem_no" not in headings.columns:
        return False
    numbers = [entry.values["problem_no"] for entry in entries if "problem_no" in entry.values]
    name = headings.names[headings.columns["problem_no"]]
    return is_running(numbers, proper=heading_key(name) == LABELS["problem_no"])


def own_numbers(
    entries: tuple[Entry, ...], sheet: Sheet, headings: Headings, counted: bool
) -> tuple[Entry, ...]:
    """Leave a problem only a number of its own: a counter is none, nor is one merged over several."""
    if counted:
        return tuple(without_number(entry) for entry in entries)
    column = headings.columns.get("problem_no", -1)
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
