"""How far the day's export of lives under way has come, and when all were last gone through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from store.codec import json_text
from store.engine import Database
from store.tables import ReconciliationRow
from store.watch import reconciliations

KIND = "open_lives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporting:
    """What was told last: `over` when every life was gone through, `done_at` when that was last so; `failed` lives."""

    over: bool
    failed: int
    told_at: datetime
    done_at: datetime | None


async def last(session: AsyncSession) -> Exporting | None:
    """Give what was told last, None before the first export."""
    row = await reconciliations.last(session, KIND)
    if row is None:
        return None
    body = reconciliations.body_of(row)
    done_at = body.get("done_at", "")
    return Exporting(
        over=body["over"],
        failed=body["failed"],
        told_at=row.looked_at,
        done_at=datetime.fromisoformat(done_at) if done_at else None,
    )


async def tell(
    db: Database, session: AsyncSession, counted: Mapping[str, int], *, over: bool
) -> None:
    """Keep how far an export has come; `over` says that it went through all of them."""
    before = await last(session)
    done_at = db.now() if over else before.done_at if before else None
    body = {
        "failed": 0,
        **counted,
        "over": over,
        "done_at": done_at.isoformat() if done_at else "",
    }
    row = await session.get(ReconciliationRow, KIND)
    row = row or ReconciliationRow(kind=KIND, looked_at=db.now(), body="")
    row.looked_at, row.body = db.now(), json_text(body)
    session.add(row)
