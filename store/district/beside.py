"""What a browser has open beside a link: the other links of the same district, and who filled in there last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.district import signers
from store.district.links import SESSION_IDLE, session_id
from store.keeping.seals import ERASED
from store.tables import InboxRow, LinkRow, LinkSessionRow


async def links_of(
    session: AsyncSession, cookies: Sequence[str], own: LinkRow, now: datetime
) -> list[LinkRow]:
    """Give the links under which this browser is let in for the same person of the same district."""
    found = await session.scalars(
        select(LinkRow)
        .join(LinkSessionRow, col(LinkSessionRow.jti) == col(LinkRow.jti))
        .where(
            col(LinkSessionRow.id).in_([session_id(one) for one in cookies]),
            col(LinkSessionRow.expires_at) > now,
            col(LinkSessionRow.last_seen_at) > now - SESSION_IDLE,
            col(LinkRow.district) == own.district,
            col(LinkRow.recipient) == own.recipient,
        )
    )
    return list(found)


async def last_signer(session: AsyncSession, opened: Collection[LinkRow]) -> dict[str, str]:
    """Give name and telephone as last handed in through these links; empty where that was erased or never done."""
    row = await session.scalar(
        select(InboxRow)
        .where(
            col(InboxRow.problem_no).in_({one.problem_no for one in opened}),
            col(InboxRow.link_jti).in_([one.jti for one in opened]),
        )
        .order_by(col(InboxRow.received_at).desc())
        .limit(1)
    )
    if row is None:
        return {}
    await signers.put_back(session, [row])
    if ERASED in (row.filled_by, row.telephone):
        return {}
    return {"filled_by": row.filled_by, "telephone": row.telephone}
