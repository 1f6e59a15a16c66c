"""How far the database server's clock is from ours."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.engine import Database

MAY_DIFFER_SECONDS = 2.0
"""Beyond that one of the two is wrong; dates are told by ours."""


async def offset(db: Database, session: AsyncSession) -> float:
    """Give the server's clock less this machine's, in seconds; zero on SQLite, which has none of its own."""
    if db.on_sqlite:
        return 0.0
    told = await session.scalar(select(func.clock_timestamp()))
    return (told - datetime.now(UTC)).total_seconds() if told else 0.0
