"""The one mail that carries all reminders of a district's day to one recipient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import DIGESTIBLE, NoticeOrder
from store.engine import Database
from store.lives.records import order_of
from store.mail.notice_log import DeliveryState
from store.mail.settling import changed
from store.tables import DeliveryRow, DigestRow, NoticeRow


def may_share(order: NoticeOrder) -> bool:
    """Say whether a notice may go out in a digest; what an officer presses by hand goes at once."""
    return order.kind in DIGESTIBLE and not order.by_hand


async def ungathered(session: AsyncSession, now: datetime) -> list[tuple[DeliveryRow, NoticeOrder]]:
    """Give the reminders never tried yet that may still go into a digest, by district."""
    wanted = (
        select(DeliveryRow, NoticeRow)
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(
            col(NoticeRow.kind).in_(DIGESTIBLE),
            col(NoticeRow.rung).not_like("manual-%"),
            col(NoticeRow.not_before) <= now,
            col(DeliveryRow.state) == DeliveryState.WAITING,
            col(DeliveryRow.attempts) == 0,
            col(DeliveryRow.digest_id).is_(None),
        )
        .order_by(col(NoticeRow.district), col(DeliveryRow.recipient), col(NoticeRow.problem_no))
    )
    return [(delivery, order_of(row)) for delivery, row in (await session.execute(wanted)).all()]


async def gather(
    db: Database, day: date, district: str, deliveries: Sequence[DeliveryRow], message_id: str
) -> None:
    """Put deliveries to one recipient into the one digest of the district's day.

    When that digest exists already, or others took the deliveries, nothing happens: they go out
    singly.
    """
    recipient = deliveries[0].recipient
    async with db.writing() as session:
        await db.lock(session, f"digest:{message_id}")
        if await _exists(session, day, district, recipient):
            return
        digest = DigestRow(
            district=district,
            day=day,
            recipient=recipient,
            position=deliveries[0].position,
            message_id=message_id,
            next_attempt_at=db.now(),
        )
        session.add(digest)
        await session.flush()
        if not await _take(session, digest, [one.id for one in deliveries]):
            await session.delete(digest)


async def _exists(session: AsyncSession, day: date, district: str, recipient: str) -> bool:
    known = select(col(DigestRow.id)).where(
        col(DigestRow.district) == district,
        col(DigestRow.day) == day,
        col(DigestRow.recipient) == recipient,
    )
    return await session.scalar(known) is not None


async def _take(session: AsyncSession, digest: DigestRow, ids: Sequence[int | None]) -> int:
    """Put into the digest what nobody else took or tried; give how many."""
    taking = (
        update(DeliveryRow)
        .where(
            col(DeliveryRow.id).in_(ids),
            col(DeliveryRow.digest_id).is_(None),
            col(DeliveryRow.state) == DeliveryState.WAITING,
            col(DeliveryRow.attempts) == 0,
        )
        .values(digest_id=digest.id, next_attempt_at=None)
    )
    return await changed(session, taking)
