"""What counts in the store of some lives, read so that a row which cannot be understood is still shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Dialect, Text, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from domain.rebuilding import Row
from store.lives import generations
from store.tables import AddendumRow, EventRow, LedgerRow, NoticeRow, ProblemRow

ByProblem = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands in the store of some problems, by their numbers."""

    events: ByProblem
    ledger: ByProblem
    notices: ByProblem
    addenda: ByProblem
    problems: ByProblem
    generations: Mapping[str, int]


async def stored(session: AsyncSession, numbers: Sequence[str]) -> Stored:
    """Read all that counts of some problems.

    A value that cannot be read as its column's kind is given as the text that stands there.
    """
    return Stored(
        events=await rows_of(session, EventRow, numbers),
        ledger=await rows_of(session, LedgerRow, numbers),
        notices=await rows_of(session, NoticeRow, numbers),
        addenda=await rows_of(session, AddendumRow, numbers),
        problems=await rows_of(session, ProblemRow, numbers),
        generations=await generations.of_problems(session, numbers),
    )


async def rows_of(session: AsyncSession, table: Any, numbers: Sequence[str]) -> ByProblem:
    """Read the rows of one table that count of some problems, by their numbers; as `stored` does."""
    columns = table.__table__.columns
    try:
        found = await _rows(session, table, numbers, [getattr(table, one.name) for one in columns])
    except (ValueError, TypeError, ArithmeticError):
        raw = [type_coerce(getattr(table, one.name), Text).label(one.name) for one in columns]
        dialect = (await session.connection()).dialect
        readers = {one.name: _reader(one, dialect) for one in columns}
        found = [
            {name: readers[name](value) for name, value in row.items()}
            for row in await _rows(session, table, numbers, raw)
        ]
    rows = defaultdict[str, list[Row]](list)
    for row in found:
        rows[row["problem_no"]].append(row)
    return rows


async def _rows(
    session: AsyncSession, table: Any, numbers: Sequence[str], columns: Sequence[Any]
) -> list[dict[str, Any]]:
    found = await session.execute(select(*columns).where(table.problem_no.in_(numbers)))
    return [dict(row) for row in found.mappings()]


def _reader(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any]:
    """Give what reads a column's value as it is kept; what it cannot read stays as it is."""
    read = column.type.dialect_impl(dialect).result_processor(dialect, None)

    def value(kept: Any) -> Any:
        try:
            return read(kept) if read is not None else kept
        except (ValueError, TypeError, ArithmeticError):
            return kept

    return value
