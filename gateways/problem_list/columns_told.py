"""What is told of the columns of a table: as what each was read, and which say the same twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateways.problem_list.errors import RowError
from gateways.problem_list.heading_rows import Headings
from gateways.problem_list.headings import LABELS, field_of, looks_like_a_date
from gateways.problem_list.refusals import second_column
from gateways.problem_list.report import ColumnRead
from gateways.problem_list.table_rows import remark_names

COUNTER = "行号"
REMARK = "备注"


def columns_of_all(
    sheet: str, headings: Sequence[Headings], *, counted: bool, transposed: bool
) -> tuple[ColumnRead, ...]:
    """Say as what the columns of every table on a sheet were read, each once."""
    told = (columns_read(sheet, one, counted=counted, transposed=transposed) for one in headings)
    return tuple(dict.fromkeys(column for columns in told for column in columns))


def columns_read(
    sheet: str, headings: Headings, *, counted: bool, transposed: bool
) -> tuple[ColumnRead, ...]:
    """Say as what each column was read."""
    fields = {column: LABELS[field] for field, column in headings.columns.items()}
    if counted and "problem_no" in headings.columns:
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
    seconds = {name for name, _, _ in seconds_of(headings)}
    names = (name for name in remark_names(headings).values() if looks_like_a_date(name))
    return tuple(name for name in names if name not in seconds)


def second_columns(headings: Headings) -> Iterator[RowError]:
    """Tell of every column that would be the same field as one that was read."""
    for name, taken, label in seconds_of(headings):
        yield second_column(name, taken, label)


def seconds_of(headings: Headings) -> Iterator[tuple[str, str, str]]:
    """Yield such columns: their remark's name, the heading that was read, the field's label."""
    for at, remark in remark_names(headings).items():
        field = field_of(headings.names[at]) if headings.names[at] else None
        if remark and field in headings.columns:
            yield remark, headings.names[headings.columns[field]], LABELS[field]
