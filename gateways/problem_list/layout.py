"""Find the table on a sheet: where its headings stand, which way it runs, what each row holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateways.problem_list.columns_told import (
    columns_of_all,
    second_columns,
    unknown_date_columns,
)
from gateways.problem_list.days import day_of_serial
from gateways.problem_list.entries import Entry
from gateways.problem_list.errors import ListError, RowError
from gateways.problem_list.head_lines import Said, district_of, said_above, with_said
from gateways.problem_list.heading_rows import (
    Headings,
    find_headings,
    missing_columns,
    refuse_two_tables,
)
from gateways.problem_list.headings import LABELS, REQUIRED
from gateways.problem_list.own_numbers import counts_rows, own_numbers
from gateways.problem_list.refusals import (
    days_of_1904,
    format_cannot_tell,
    from_head_line,
    hidden_columns,
    hidden_rows,
    unknown_dates,
)
from gateways.problem_list.report import ColumnRead, SheetNote, Unread
from gateways.problem_list.standing_words import filled_from_above
from gateways.problem_list.table_rows import Rows, names_district, rows_of
from gateways.problem_list.workbook import Sheet

TRANSPOSED_WITHIN = 200
"""A list lying on its side has few rows; a taller sheet is not tried that way."""

NO_HEADINGS = "未找到表头（区县、企业名称、存在的环境问题）。"
HIDDEN_SHEET = "工作表已隐藏；属于清单的，请取消隐藏后重新导入。"
DAY_FIELDS = {"transferred_on", "found_on", "rectification_due_on", "served_on"}
DAYS_TO_1904 = 1462
SERIAL_TEXT = re.compile(r"\d{5}(?:\.\d+)?")


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
        elif sheet.hidden:
            unread.append(Unread(sheet.name, None, "", HIDDEN_SHEET))
        elif sheet.rows:
            unread.append(Unread(sheet.name, None, "", NO_HEADINGS))
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
    unseen = frozenset(row + 1 for row in sheet.hidden_rows)
    said = said_above(sheet.rows[: headings.top], headings)
    filled = filled_from_above(rows.entries, unseen, lying=transposed)
    entries = tuple(with_said(entry, said) for entry in filled)
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
        columns_of_all(sheet.name, rows.headings, counted=counted, transposed=transposed),
        tuple(rows.passed),
        tuple(SheetNote(sheet.name, note) for note in notes_of(sheet, rows, said)),
        unseen,
    )


def notes_of(sheet: Sheet, rows: Rows, said: Said) -> Iterator[RowError]:
    """Yield what a person should know of the whole sheet."""
    for label, words in ((LABELS[field], words) for field, (_, words) in said.items()):
        yield from_head_line(label, words)
    yield from dict.fromkeys(note for one in rows.headings for note in second_columns(one))
    dates = dict.fromkeys(name for one in rows.headings for name in unknown_date_columns(one))
    yield from map(unknown_dates, dates)
    if sheet.blind:
        yield format_cannot_tell()
    hidden = [entry.number for entry in rows.entries if entry.number - 1 in sheet.hidden_rows]
    if hidden:
        yield hidden_rows(hidden)
    names = [n for at, n in enumerate(rows.headings[0].names) if n and at in sheet.hidden_columns]
    if names:
        yield hidden_columns(names)


def counted_from_1904(entry: Entry) -> Entry:
    """Return the entry with its bare day numbers counted as its workbook counts them."""
    for field in DAY_FIELDS & entry.values.keys():
        cell = entry.values[field]
        if isinstance(cell, str) and SERIAL_TEXT.fullmatch(cell.strip()):
            cell = float(cell)
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


def noted(entry: Entry, dates: tuple[str, ...]) -> Entry:
    """Tell of a row that no day of transfer was read, though a column of days was left over."""
    if "transferred_on" in entry.values:
        dates = tuple(name for name in dates if "反馈" in name)
    left = [name for name in dates if name in entry.remarks]
    return replace(entry, notes=(*entry.notes, *map(unknown_dates, left)))
