"""Which mornings' mails were sent to whom: each once, however many workers there are."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.engine import Database
from store.tables import MorningMailRow

TRIED_AGAIN_AFTER = timedelta(minutes=15)
MOST_ATTEMPTS = 8


async def claim(db: Database, day: date, recipient: str) -> bool:
    """Take the mail of a day for the attempt that begins; False where it is out, or another tries it."""
    async with db.writing() as session:
        await db.lock(session, f"morning {day} {recipient}")
        row = await session.get(MorningMailRow, (day, recipient))
        if row is None:
            session.add(
                MorningMailRow(day=day, recipient=recipient, claimed_at=db.now(), attempts=1)
            )
            return True
        tried_out = row.attempts >= MOST_ATTEMPTS
        if row.sent_at or tried_out or row.claimed_at > db.now() - TRIED_AGAIN_AFTER:
            return False
        row.claimed_at, row.attempts = db.now(), row.attempts + 1
        return True


async def finish(db: Database, day: date, recipient: str, error: str = "") -> None:
    """Write down how an attempt ended; without `error` the mail is out, or may be."""
    async with db.writing() as session:
        row = await session.get(MorningMailRow, (day, recipient))
        if row is not None:
            row.last_error = error
            row.sent_at = None if error else db.now()


async def last_sent(session: AsyncSession, recipient: str) -> date | None:
    """Give the last day of which somebody got a mail."""
    sent = select(func.max(col(MorningMailRow.day))).where(
        col(MorningMailRow.recipient) == recipient, col(MorningMailRow.sent_at).is_not(None)
    )
    day: date | None = await session.scalar(sent)
    return day
