"""What was collected so far, kept for whoever asks how things stand."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.tables import CollectedRow


async def note(db: Database, what: str, number: int, size: int = 0) -> None:
    """Add what a look collected of a kind, `size` in bytes; nothing is a look, too."""
    async with db.writing() as session:
        await db.lock(session, f"collected {what}")
        row = await session.get(CollectedRow, what)
        row = row or CollectedRow(what=what, number=0, size=0, looked_at=db.now())
        row.number, row.size, row.looked_at = row.number + number, row.size + size, db.now()
        session.add(row)


async def so_far(session: AsyncSession) -> tuple[CollectedRow, ...]:
    """Give what was ever collected, by kind."""
    return tuple(await session.scalars(select(CollectedRow).order_by(col(CollectedRow.what))))
