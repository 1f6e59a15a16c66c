"""Imported problem lists and what became of their rows."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.tables import BatchRow


async def begin(
    db: Database,
    *,
    batch_id: str,
    by_id: str,
    file_name: str,
    file_sha256: str,
    total: int,
    report: str = "[]",
) -> BatchRow:
    """Begin a batch of `total` rows, with a report of how it is read.

    Beginning the same batch again gives it as it stands.
    """
    values = {
        "id": batch_id,
        "created_at": db.now(),
        "by_id": by_id,
        "file_name": file_name,
        "file_sha256": file_sha256,
        "state": "open",
        "total": total,
        "done": 0,
        "report": report,
    }
    async with db.writing() as session:
        await db.insert_new(session, BatchRow, [values])
        return await session.get_one(BatchRow, batch_id)


async def progress(
    db: Database, batch_id: str, *, done: int, report: str, state: Literal["open", "done"] = "open"
) -> None:
    """Keep how many rows are done and the report so far (canonical JSON)."""
    async with db.writing() as session:
        await session.execute(
            update(BatchRow)
            .where(col(BatchRow.id) == batch_id)
            .values(done=done, report=report, state=state)
        )


async def get(session: AsyncSession, batch_id: str) -> BatchRow | None:
    """Give a batch."""
    return await session.get(BatchRow, batch_id)


async def unfinished(session: AsyncSession) -> tuple[BatchRow, ...]:
    """Give the batches that are not done, oldest first; those whose list was not kept are left."""
    query = select(BatchRow).where(col(BatchRow.state) == "open", col(BatchRow.file_sha256) != "")
    return tuple(await session.scalars(query.order_by(col(BatchRow.created_at))))


async def recent(session: AsyncSession, limit: int = 20) -> tuple[BatchRow, ...]:
    """Give the last batches, newest first."""
    query = select(BatchRow).order_by(col(BatchRow.created_at).desc(), col(BatchRow.id))
    return tuple(await session.scalars(query.limit(limit)))
