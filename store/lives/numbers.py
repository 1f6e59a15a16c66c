"""Problem numbers: CQ2024-0001 and on, counted per year."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, case
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.engine import Database
from store.lives import problems
from store.tables import NumberRow

_NUMBER = re.compile(r"CQ(\d{4})-(\d{4,9})")


async def allocate(db: Database, session: AsyncSession, year: int) -> str:
    """Give the next free problem number of `year`.

    It is taken when the transaction of `session` commits; two transactions never get the same.
    Numbers that stand on the problem list already are passed over.
    """
    while True:
        last = await _raise(db, session, year, col(NumberRow.last) + 1, first=1)
        problem_no = f"CQ{year}-{last:04d}"
        if await problems.row(session, problem_no) is None:
            return problem_no


async def reserve(db: Database, session: AsyncSession, problem_no: str) -> None:
    """Keep a number that came with an imported list from being allocated again.

    A number of another form cannot collide and needs no keeping.
    """
    matched = _NUMBER.fullmatch(problem_no)
    if matched:
        year, number = int(matched[1]), int(matched[2])
        last = col(NumberRow.last)
        await _raise(db, session, year, case((last < number, number), else_=last), first=number)


async def _raise(
    db: Database, session: AsyncSession, year: int, to: ColumnElement[int], first: int
) -> int:
    change = (
        db.insert(NumberRow)
        .values(year=year, last=first)
        .on_conflict_do_update(index_elements=["year"], set_={"last": to})
        .returning(col(NumberRow.last))
    )
    return int((await session.execute(change)).scalar_one())
