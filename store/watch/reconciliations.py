"""What the last reconciliation found, kept for whoever asks how things stand."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from store.codec import json_text
from store.engine import Database
from store.tables import ReconciliationRow

QUICK = "quick"
BACKUP = "backup"
"""Under this name stands when everything was last copied as one, for `bihuan backup`."""


async def keep(db: Database, body: dict[str, Any], kind: str = QUICK) -> None:
    """Put what was found now in the place of what was found before."""
    async with db.writing() as session:
        await db.lock(session, f"reconciliation {kind}")
        row = await session.get(ReconciliationRow, kind)
        row = row or ReconciliationRow(kind=kind, looked_at=db.now(), body="")
        row.looked_at, row.body = db.now(), json_text(body)
        session.add(row)


async def last(session: AsyncSession, kind: str = QUICK) -> ReconciliationRow | None:
    """Give the last look, None before the first."""
    return await session.get(ReconciliationRow, kind)


async def named(session: AsyncSession, kind: str, codes: Collection[str]) -> set[str]:
    """Give the problems that the last look of a kind named with one of these codes."""
    row = await last(session, kind)
    found = body_of(row)["differences"] if row else ()
    return {str(one["problem_no"]) for one in found if one["code"] in codes}


def body_of(row: ReconciliationRow) -> dict[str, Any]:
    """Give what a look found."""
    body: dict[str, Any] = json.loads(row.body)
    return body
