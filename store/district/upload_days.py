"""How much the links and the mail door may bring in a day, so that nobody can fill the disk.

A link of a district serves one answer, its requests and its appeals; all of them together are bounded, too:
a link may be passed on, and there are as many as rounds. Mails come from anybody, who may call himself anything:
they have one share together.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlmodel import col

from domain.local_time import day_of
from store.engine import Database
from store.tables import UploadDayRow

MEGABYTE = 1_000_000
MOST_OF_A_LINK = 240 * MEGABYTE
MOST_OF_LETTERS = 2_000 * MEGABYTE
MOST_OF_ALL = 20_000 * MEGABYTE
LETTERS = "letters"
"""Stands for all mails where a link's id stands."""

REMEMBERED = timedelta(days=7)


async def take_in(db: Database, jti: str, size: int) -> bool:
    """Count a file of `size` bytes towards the day; False where the link, the mails or all had their share."""
    most = MOST_OF_LETTERS if jti == LETTERS else MOST_OF_A_LINK
    today = day_of(db.now())
    async with db.writing() as session:
        await db.lock(session, "uploads of the day")
        kept = await session.get(UploadDayRow, (jti, today))
        row = kept or UploadDayRow(jti=jti, day=today, size=0)
        of_today = select(func.sum(col(UploadDayRow.size))).where(col(UploadDayRow.day) == today)
        brought = await session.scalar(of_today) or 0
        if row.size + size > most or brought + size > MOST_OF_ALL:
            return False
        row.size += size
        session.add(row)
        if kept is None:
            old = col(UploadDayRow.day) < today - REMEMBERED
            await session.execute(delete(UploadDayRow).where(old))
    return True
