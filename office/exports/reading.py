"""Reading many problems for an export: by chunks, never all of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from domain.problem import Problem
from store.codec import problem_from
from store.engine import Database
from store.tables import ProblemRow

CHUNK = 200
"""How many problems are read at once; what it takes to read them holds nobody up."""


async def problems_where(db: Database, *wanted: ColumnElement[bool]) -> list[Problem]:
    """Give the problems of which all conditions hold, by their number."""
    return [one async for chunk in chunks_where(db, *wanted) for one in chunk]


async def chunks_where(
    db: Database, *wanted: ColumnElement[bool]
) -> AsyncIterator[Sequence[Problem]]:
    """Give the problems of which all conditions hold, by their number, a chunk at a time.

    Each chunk is read in a thread of its own and asked for by the last number before it: no
    snapshot is kept open while somebody writes it out.
    """
    after = ""
    number = col(ProblemRow.problem_no)
    while True:
        query = (
            select(number, col(ProblemRow.body))
            .where(number > after, *wanted)
            .order_by(number)
            .limit(CHUNK)
        )
        async with db.reading() as session:
            found = [(no, body) for no, body in await session.execute(query)]
        if not found:
            return
        yield await asyncio.to_thread(_problems, [body for _, body in found])
        after = found[-1][0]


async def chunks_of(db: Database, numbers: Sequence[str]) -> AsyncIterator[Sequence[Problem]]:
    """Give the problems under these numbers, in their order, a chunk at a time."""
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        query = select(col(ProblemRow.problem_no), col(ProblemRow.body))
        async with db.reading() as session:
            found = await session.execute(query.where(col(ProblemRow.problem_no).in_(some)))
            bodies = {row.problem_no: row.body for row in found}
        there = [bodies[no] for no in some if no in bodies]
        yield await asyncio.to_thread(_problems, there)


def _problems(bodies: Sequence[str]) -> list[Problem]:
    return [problem_from(body) for body in bodies]
