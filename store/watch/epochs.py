"""The store's side of the beat by which a restore is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from store.engine import Database
from store.tables import EpochRow

_HERE = "store"
_NAME = "restore epoch"


async def read(session: AsyncSession) -> tuple[str, str]:
    """Give the beat that is confirmed and the one that was begun, each "" where there is none."""
    row = await session.get(EpochRow, _HERE)
    return ("", "") if row is None else (row.kept, row.begun)


async def confirmed_at(session: AsyncSession) -> datetime | None:
    """Say when both sides last took the same beat; None where they never did."""
    row = await session.get(EpochRow, _HERE)
    return None if row is None else row.confirmed_at


async def begin(db: Database, kept: str, begun: str, not_within: timedelta) -> bool:
    """Say which beat is about to be written; no when another one is, or was so lately.

    `kept` is what the other side holds: it is confirmed by this.
    """
    async with db.writing() as session:
        await db.lock(session, _NAME)
        row = await session.get(EpochRow, _HERE)
        if row is None:
            row = EpochRow(place=_HERE, begun_at=db.now() - not_within)
        if db.now() - row.begun_at < not_within:
            return False
        if kept not in (row.kept, row.begun):
            return False
        if kept and kept == row.begun:
            row.confirmed_at = row.begun_at
        row.kept, row.begun, row.begun_at = kept, begun, db.now()
        session.add(row)
    return True


async def confirm(db: Database, begun: str) -> None:
    """Take the beat that was written as our own, unless another one was begun since."""
    async with db.writing() as session:
        await db.lock(session, _NAME)
        row = await session.get_one(EpochRow, _HERE)
        if row.begun == begun:
            row.kept, row.begun, row.confirmed_at = begun, "", db.now()


async def adopt(db: Database, session: AsyncSession, there: str) -> None:
    """Go on from what the other side holds, once people or a clean look have let it be."""
    await db.lock(session, _NAME)
    row = await session.get(EpochRow, _HERE) or EpochRow(place=_HERE, begun_at=db.now())
    row.kept, row.begun, row.confirmed_at = there, "", db.now() if there else None
    session.add(row)
