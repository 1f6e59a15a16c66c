"""How often each side loop failed and was begun again."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.tables import LoopFailureRow

_LONGEST_ERROR = 300


async def count(db: Database, name: str, times: int, error: str) -> None:
    """Add `times` failures of a loop, the last of them `error`."""
    async with db.writing() as session:
        await db.lock(session, f"loop {name}")
        row = await session.get(LoopFailureRow, name)
        known = row.failures if row else 0
        row = row or LoopFailureRow(name=name, failures=0, last_failed_at=db.now(), last_error="")
        row.failures, row.last_failed_at = known + times, db.now()
        row.last_error = error[:_LONGEST_ERROR].replace("\0", "")
        session.add(row)


async def counted(session: AsyncSession) -> tuple[LoopFailureRow, ...]:
    """Give the loops that ever failed, by name."""
    return tuple(await session.scalars(select(LoopFailureRow).order_by(col(LoopFailureRow.name))))
