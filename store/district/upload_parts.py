"""Parts of a file on its way over a bad network: each is sealed as it comes, and what has come need not come again.

A part belongs to the link that sent it: nobody else's, were its hash known, can be put together. Parts that are
never put together are forgotten after `KEPT`, and what they were goes with the evidence that nothing refers to.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.engine import Database
from store.tables import UploadPartRow

PART_BYTES = 512 * 1024
MOST_PARTS = 40
"""Of one file: 20 MB."""

MOST_WAITING = 400
"""Parts of one link that wait for the rest, as many as ten files have."""

KEPT = timedelta(days=1)


async def there(session: AsyncSession, jti: str, upload: str) -> dict[int, str]:
    """Give the hashes of the parts that have come, by place, in order."""
    rows = await session.execute(
        select(col(UploadPartRow.place), col(UploadPartRow.sha256))
        .where(col(UploadPartRow.jti) == jti, col(UploadPartRow.upload) == upload)
        .order_by(col(UploadPartRow.place))
    )
    return dict(iter(rows))


async def keep(db: Database, jti: str, upload: str, place: int, sha256: str) -> bool:
    """Note that a part has come; False where the link has too many waiting."""
    async with db.writing() as session:
        await db.lock(session, f"parts:{jti}")
        old = col(UploadPartRow.arrived_at) < db.now() - KEPT
        await session.execute(delete(UploadPartRow).where(old))
        waiting = await session.scalar(
            select(func.count()).select_from(UploadPartRow).where(col(UploadPartRow.jti) == jti)
        )
        if (waiting or 0) >= MOST_WAITING:
            return False
        part = UploadPartRow(
            jti=jti, upload=upload, place=place, sha256=sha256, arrived_at=db.now()
        )
        await session.merge(part)
    return True


async def forget(db: Database, jti: str, upload: str) -> None:
    """Let the parts of a file go that was put together, or refused."""
    async with db.writing() as session:
        await session.execute(
            delete(UploadPartRow).where(
                col(UploadPartRow.jti) == jti, col(UploadPartRow.upload) == upload
            )
        )
