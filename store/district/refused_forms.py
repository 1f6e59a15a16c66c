"""Forms that were refused, given back: what is wrong with them, and what was typed where no draft has it.

Their page is read under the row's id, so that going back or loading it again sends nothing anew and
the address says nothing of it. They are soon forgotten, and erasable at any time.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.codec import json_text
from store.engine import Database
from store.tables import RefusedFormRow

LIFE = timedelta(hours=24)
MOST_OF_ONE = 20
"""How many one owner may have; the oldest make room."""


async def keep(db: Database, owner: str, place: str, body: Mapping[str, Any]) -> str:
    """Keep a form of `owner` for the page `place`; give the id by which the page finds it."""
    now, given = db.now(), secrets.token_urlsafe(16)
    async with db.writing() as session:
        newest = (
            select(col(RefusedFormRow.id))
            .where(col(RefusedFormRow.owner) == owner)
            .order_by(col(RefusedFormRow.expires_at).desc())
            .limit(MOST_OF_ONE - 1)
        )
        kept = list(await session.scalars(newest))
        old = (col(RefusedFormRow.owner) == owner) & col(RefusedFormRow.id).not_in(kept)
        await session.execute(delete(RefusedFormRow).where(old))
        await forget_over(session, now)
        session.add(
            RefusedFormRow(
                id=given, owner=owner, place=place, body=json_text(body), expires_at=now + LIFE
            )
        )
    return given


async def find(
    session: AsyncSession, owner: str, place: str, given: str, now: datetime
) -> dict[str, Any]:
    """Give the body of a form of this owner and place; empty where there is none any more."""
    row = await session.get(RefusedFormRow, given) if given else None
    if row is None or (row.owner, row.place) != (owner, place) or now >= row.expires_at:
        return {}
    body: dict[str, Any] = json.loads(row.body)
    return body


async def forget_over(session: AsyncSession, now: datetime) -> None:
    """Forget every form whose time is over."""
    await session.execute(delete(RefusedFormRow).where(col(RefusedFormRow.expires_at) <= now))


async def forget(db: Database, owner: str, place: str) -> None:
    """Forget what was given back on a page, once it was handed in rightly."""
    async with db.writing() as session:
        await session.execute(
            delete(RefusedFormRow).where(
                col(RefusedFormRow.owner) == owner, col(RefusedFormRow.place) == place
            )
        )
