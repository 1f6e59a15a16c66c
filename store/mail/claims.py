"""Who reads which mail of a mailbox that several workers share and that knows no rename."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.engine import Database
from store.tables import MailClaimRow

FORGOTTEN = timedelta(minutes=10)
"""A claim as old as this belongs to a worker that died: another takes it over."""


async def claim(db: Database, mailbox: str, uid: int) -> bool:
    """Take a mail for reading; False where another reads it or it was read already."""
    async with db.writing() as session:
        await db.lock(session, f"mail {mailbox} {uid}")
        row = await session.get(MailClaimRow, (mailbox, uid))
        if row is None:
            session.add(MailClaimRow(mailbox=mailbox, uid=uid, claimed_at=db.now()))
            return True
        if row.done_at is not None or row.claimed_at > db.now() - FORGOTTEN:
            return False
        row.claimed_at = db.now()
        return True


async def done(db: Database, mailbox: str, uid: int) -> None:
    """Note that a mail was read and kept: nobody reads it again."""
    async with db.writing() as session:
        row = await session.get(MailClaimRow, (mailbox, uid))
        if row is not None:
            row.done_at = db.now()


async def read_among(session: AsyncSession, mailbox: str, uids: Collection[int]) -> frozenset[int]:
    """Give those of the mails, which follow each other, that were read already."""
    if not uids:
        return frozenset()
    found = await session.scalars(
        select(col(MailClaimRow.uid)).where(
            col(MailClaimRow.mailbox) == mailbox,
            col(MailClaimRow.uid).between(min(uids), max(uids)),
            col(MailClaimRow.done_at).is_not(None),
        )
    )
    return frozenset(found) & frozenset(uids)
