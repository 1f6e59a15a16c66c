"""How long personal data is kept 个人信息保存期限, and what was erased.

参照《个人信息保护法》第十九条: no longer than the purpose needs. How long that is the bureau decides (settings); the
record of an erasure says what, how many and when, and never whose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.district import refused_forms, signers
from store.engine import Database
from store.people import security_log
from store.tables import DraftRow, ErasureRow, LinkRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long something is kept after it has served, in days; 0: for ever."""

    signers_days: int
    drafts_days: int
    log_days: int = 0


async def erase(db: Database, keeping: Keeping) -> dict[str, int]:
    """Erase what has been kept long enough; give how many of what, which is put on record.

    Forms that were refused go with their day and stand on no record: they were never handed in.
    """
    now = db.now()
    erased: dict[str, int] = {}
    async with db.writing() as session:
        await db.lock(session, "retention")
        await refused_forms.forget_over(session, now)
        for what, days, erasing in (
            ("signers", keeping.signers_days, signers.erase_before),
            ("drafts", keeping.drafts_days, _erase_drafts),
            ("security_log", keeping.log_days, security_log.forget_before),
        ):
            before = now - timedelta(days=days)
            number = await erasing(session, before, now) if days else 0
            if number:
                session.add(ErasureRow(what=what, number=number, before=before, at=now))
                erased[what] = number
    return erased


async def _erase_drafts(session: AsyncSession, before: datetime, now: datetime) -> int:
    """Delete half-filled forms whose link opens nothing any more."""
    over = select(col(LinkRow.jti)).where(
        (col(LinkRow.expires_at) <= now) | col(LinkRow.revoked_at).is_not(None)
    )
    done = await session.execute(
        delete(DraftRow).where(col(DraftRow.saved_at) < before, col(DraftRow.link_jti).in_(over))
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # of a DELETE there always is one


async def erasures(session: AsyncSession) -> list[ErasureRow]:
    """Give every erasure on record, the last first."""
    query = select(ErasureRow).order_by(col(ErasureRow.id).desc())
    return list(await session.scalars(query))
