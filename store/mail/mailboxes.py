"""Whether the places where returned mail arrives can be read."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.engine import Database
from store.tables import MailboxRow

_LONGEST_WHY = 300
_SELDOM = timedelta(minutes=1)
"""A success is written no more often than that."""


async def note_read(db: Database, name: str) -> None:
    """Note that a mailbox was read through just now."""
    async with db.reading() as session:
        known = await session.get(MailboxRow, name)
    fresh = known is not None and known.read_at is not None and known.read_at > db.now() - _SELDOM
    if fresh and known is not None and known.failing_since is None:
        return
    async with db.writing() as session:
        row = await _row(db, session, name)
        row.read_at, row.failing_since, row.why = db.now(), None, ""
        session.add(row)


async def note_failure(db: Database, name: str, why: str) -> None:
    """Note that a mailbox could not be read; since when stands there already if it failed before."""
    async with db.writing() as session:
        row = await _row(db, session, name)
        row.failing_since = row.failing_since or db.now()
        row.why = why[:_LONGEST_WHY].replace("\0", "")
        session.add(row)


async def known(session: AsyncSession) -> tuple[MailboxRow, ...]:
    """Give every mailbox that was ever asked, by name."""
    return tuple(await session.scalars(select(MailboxRow).order_by(col(MailboxRow.name))))


async def _row(db: Database, session: AsyncSession, name: str) -> MailboxRow:
    await db.lock(session, f"mailbox {name}")
    return await session.get(MailboxRow, name) or MailboxRow(name=name)
