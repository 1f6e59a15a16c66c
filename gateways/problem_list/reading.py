"""Read a problem list: good rows and refused rows of one xlsx file, nothing written anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from domain.catalogues.districts import district
from domain.catalogues.six_batches import SIX_BATCHES, Batches
from domain.roles import Actor
from gateways.problem_list.annex import is_filled_annex
from gateways.problem_list.cells import LostDigits, is_blank, text_of
from gateways.problem_list.counter_cells import said_void
from gateways.problem_list.entries import Entry
from gateways.problem_list.errors import ListError, RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.identity import same_words
from gateways.problem_list.layout import Table, find_tables
from gateways.problem_list.refusals import (
    HIDDEN_LEFT,
    HIDDEN_ROWS,
    Hidden,
    hidden_row,
    hidden_rows_taken,
)
from gateways.problem_list.report import EVERYTHING, Reading, SheetNote, Unread
from gateways.problem_list.row_errors import errors_of
from gateways.problem_list.rows import ListRow, read_row, row_key
from gateways.problem_list.standing_words import with_hidden_above
from gateways.problem_list.workbook import content_of, read_sheets

_LONGEST_SHOWN = 64


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be taken over, with everything that is wrong with it.

    `district` and `enterprise` are what it says itself, by which people find it in their list.
    """

    sheet: str
    row: int
    problem_no: str
    errors: tuple[RowError, ...]
    district: str = ""
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class ReadList:
    """What a file holds, good and refused rows each in the order of the sheets.

    `unread` names the visible sheets that hold something but no headings; nothing of them was read.
    `annex` says that a sheet is the annex form 整改表 with a district's answers in it, `hidden` what was
    done with hidden rows. Of running problems it says who proposed them, and its file's address. `read_on`
    is the day on which it was read, for whoever reads the kept file again.
    """

    rows: tuple[ListRow, ...]
    refused: tuple[RefusedRow, ...]
    unread: tuple[str, ...] = ()
    reading: Reading = EVERYTHING
    annex: bool = False
    hidden: Hidden = Hidden.ASK
    proposed_by: Actor | None = None
    source_sha256: str = ""
    read_on: date | None = None


def read_list(
    path_or_bytes: Path | str | bytes,
    *,
    today: date,
    hidden: Hidden = Hidden.ASK,
    batches: Batches = SIX_BATCHES,
) -> ReadList:
    """Read a list as it stands on `today`, a day in Shanghai.

    `hidden` says what is done with hidden and filtered rows, `batches` what the six batches 六个一批 are
    called.
    Raises ListError when the file as a whole cannot be read; a bad row is no reason for that.
    """
    rows: list[ListRow] = []
    refused: list[RefusedRow] = []
    numbered: dict[str, ListRow] = {}
    sheets = read_sheets(content_of(path_or_bytes))
    tables, left = find_tables(sheets)
    for table in tables:
        for entry in table.entries:
            if entry.number in table.hidden and hidden is not Hidden.TAKE:
                if hidden is Hidden.ASK:
                    refused.append(refuse(table.sheet, entry, (hidden_row(),)))
                continue
            row = judged(table.sheet, entry, today, hidden, batches)
            if isinstance(row, RefusedRow):
                refused.append(row)
                continue
            first = numbered.setdefault(row_key(row), row)
            if row.problem_no and contradicts(row, first):
                refused.append(refuse(table.sheet, entry, (number_repeated(first),)))
            else:
                rows.append(row)
    reading = reading_of(tables, left, hidden)
    unread = tuple(one.sheet for one in left)
    annex = any(map(is_filled_annex, tables))
    return ReadList(tuple(rows), tuple(refused), unread, reading, annex, hidden, read_on=today)


def judged(
    sheet: str, entry: Entry, today: date, hidden: Hidden, batches: Batches
) -> ListRow | RefusedRow:
    """Check one row by itself, as one that follows hidden rows where these belong to the list."""
    if hidden is Hidden.TAKE:
        entry = with_hidden_above(entry)
    void = said_void(entry)
    if void is not None:
        return refuse(sheet, entry, (void,))
    try:
        return read_row(sheet, entry, today, batches)
    except ValidationError as error:
        return refuse(sheet, entry, errors_of(error))


def reading_of(tables: list[Table], left: list[Unread], hidden: Hidden) -> Reading:
    """Say how the tables were read, and what is left of the question about hidden rows."""
    return Reading(
        columns=tuple(column for table in tables for column in table.columns),
        unread=(*left, *(row for table in tables for row in rows_passed(table, hidden))),
        notes=tuple(
            answered(note, hidden)
            for table in tables
            for note in table.notes
            if hidden is not Hidden.LEAVE or note.note.code != HIDDEN_ROWS
        ),
    )


def rows_passed(table: Table, hidden: Hidden) -> Iterator[Unread]:
    """Yield the rows of a table that are no problems, and the hidden ones that are to be left."""
    yield from table.passed
    if hidden is Hidden.LEAVE:
        for entry in table.entries:
            if entry.number in table.hidden:
                named = entry.values.get("enterprise", "")
                text = named if isinstance(named, str) else ""
                yield Unread(table.sheet, entry.number, text, HIDDEN_LEFT)


def answered(note: SheetNote, hidden: Hidden) -> SheetNote:
    """Return the question about hidden rows as it was answered."""
    taken = hidden is Hidden.TAKE and note.note.code == HIDDEN_ROWS
    return SheetNote(note.sheet, hidden_rows_taken(note.note)) if taken else note


def demand_list(read: ReadList) -> ReadList:
    """Return the list; raises ListError `annex_form` for answers, which are entered elsewhere."""
    if read.annex:
        raise ListError(
            "annex_form",
            "这是区县填报的整改表，不是问题清单，没有登记任何问题。"
            "请在“导入”页的“整改表”处录入，或者运行 bihuan answers。",
        )
    return read


def refuse(sheet: str, entry: Entry, errors: tuple[RowError, ...]) -> RefusedRow:
    """Return the refused row under whatever number, district and enterprise it gave itself."""
    number, unit, name = (
        _written(entry, column) for column in ("problem_no", "district", "enterprise")
    )
    return RefusedRow(sheet, entry.number, number, errors, unit, name)


def refuse_read(row: ListRow, error: RowError) -> RefusedRow:
    """Return a row as refused that could be read."""
    unit = district(row.district).name
    return RefusedRow(row.sheet, row.row, row.problem_no, (error,), unit, row.enterprise)


def _written(entry: Entry, column: str) -> str:
    cell = entry.values.get(column, "")
    try:
        return "" if is_blank(cell) else text_of(cell)[:_LONGEST_SHOWN]
    except LostDigits:
        return ""


def contradicts(row: ListRow, first: ListRow) -> bool:
    """Say whether a number already used in this list now stands for something else."""
    return row.district != first.district or not (
        same_words(row.enterprise, first.enterprise)
        and same_words(row.description, first.description)
    )


def number_repeated(first: ListRow) -> RowError:
    """Refuse a second problem under the number of a first: one of the two would be lost."""
    message = f"问题编号与第{first.row}行相同而内容不同；请为其中一个另编号"
    return RowError(LABELS["problem_no"], "problem_no_repeated", message)
