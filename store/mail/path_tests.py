"""Mails by which somebody tried the way out and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.engine import Database
from store.tables import ReturnPathTestRow

_MOST_TRACES = 50


async def begun(db: Database, test_id: str, message_id: str, recipient: str) -> None:
    """Note a test whose mail is about to leave."""
    async with db.writing() as session:
        session.add(
            ReturnPathTestRow(
                id=test_id, message_id=message_id, recipient=recipient, sent_at=db.now()
            )
        )


async def came_back(db: Database, message_ids: Sequence[str], text: str) -> bool:
    """Note that the mail of a test is back, known by Message-ID or by the id in its text; False: none of ours."""
    async with db.writing() as session:
        row = await _meant(session, message_ids, text)
        if row is not None:
            row.came_back_at = row.came_back_at or db.now()
    return row is not None


async def _meant(
    session: AsyncSession, message_ids: Sequence[str], text: str
) -> ReturnPathTestRow | None:
    named = col(ReturnPathTestRow.message_id).in_(message_ids[:_MOST_TRACES])
    row = await session.scalar(select(ReturnPathTestRow).where(named).limit(1))
    if row is not None:
        return row
    waiting = select(ReturnPathTestRow).where(col(ReturnPathTestRow.came_back_at).is_(None))
    return next((one for one in await session.scalars(waiting) if one.id in text), None)


async def get(session: AsyncSession, test_id: str) -> ReturnPathTestRow | None:
    """Give a test."""
    return await session.get(ReturnPathTestRow, test_id)


async def last_back(session: AsyncSession) -> ReturnPathTestRow | None:
    """Give the test that came back last."""
    back = select(ReturnPathTestRow).where(col(ReturnPathTestRow.came_back_at).is_not(None))
    ordered = back.order_by(col(ReturnPathTestRow.came_back_at).desc()).limit(1)
    row: ReturnPathTestRow | None = await session.scalar(ordered)
    return row
