"""Deeds of lives that are tried again and again: what a life waits for, and since when."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.tables import LifeTroubleRow

_LONGEST_ERROR = 300


async def note(db: Database, problem_no: str, deed: str, attempts: int, error: str) -> None:
    """Write down that a deed of a life failed once more."""
    words = error[:_LONGEST_ERROR].replace("\0", "")
    values = {"attempts": attempts, "last_failed_at": db.now(), "last_error": words}
    row = {"problem_no": problem_no, "deed": deed, "since": db.now(), **values}
    insert = db.insert(LifeTroubleRow).values(row)
    async with db.writing() as session:
        await session.execute(
            insert.on_conflict_do_update(index_elements=["problem_no", "deed"], set_=values)
        )


async def over(db: Database, problem_no: str, deed: str) -> None:
    """Forget a trouble that is over."""
    async with db.writing() as session:
        await session.execute(
            delete(LifeTroubleRow).where(
                col(LifeTroubleRow.problem_no) == problem_no, col(LifeTroubleRow.deed) == deed
            )
        )


async def present(session: AsyncSession) -> tuple[LifeTroubleRow, ...]:
    """Give every trouble that nobody has told to be over."""
    order = (col(LifeTroubleRow.problem_no), col(LifeTroubleRow.deed))
    return tuple(await session.scalars(select(LifeTroubleRow).order_by(*order)))
