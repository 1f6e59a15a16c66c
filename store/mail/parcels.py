"""What goes out as one mail: the parcels whose next attempt is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import NoticeOrder
from store.lives.records import order_of
from store.mail.notice_log import DeliveryState
from store.mail.settling import UNDECIDED
from store.tables import DeliveryRow, DigestRow, NoticeRow, ProblemRow


@dataclass(frozen=True, slots=True)
class Item:
    """One delivery in a parcel, with the notice it delivers."""

    delivery_id: int
    order: NoticeOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What goes out as one mail: one delivery, or the deliveries of a digest.

    `attempts` and `ambiguous` (an earlier attempt may have arrived) are as they were when read.
    """

    digest_id: int | None
    recipient: str
    position: str
    message_id: str
    attempts: int
    ambiguous: bool
    day: date | None
    items: tuple[Item, ...]

    @property
    def orders(self) -> tuple[NoticeOrder, ...]:
        """The notices in it."""
        return tuple(item.order for item in self.items)


async def due(session: AsyncSession, now: datetime, limit: int) -> list[Parcel]:
    """Give the parcels whose next attempt is due: first what was never tried, then oldest first."""
    singles = (
        select(DeliveryRow, NoticeRow)
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(
            col(DeliveryRow.state).in_(UNDECIDED),
            col(DeliveryRow.next_attempt_at) <= now,
            col(DeliveryRow.digest_id).is_(None),
        )
        .order_by(
            col(DeliveryRow.attempts) > 0, col(DeliveryRow.next_attempt_at), col(DeliveryRow.id)
        )
        .limit(limit)
    )
    digests = (
        select(DigestRow)
        .where(col(DigestRow.state).in_(UNDECIDED), col(DigestRow.next_attempt_at) <= now)
        .order_by(col(DigestRow.attempts) > 0, col(DigestRow.next_attempt_at), col(DigestRow.id))
        .limit(limit)
    )
    parcels = [
        _parcel(row, None, [(row, notice)])
        for row, notice in (await session.execute(singles)).all()
    ]
    for digest in list(await session.scalars(digests)):
        parcels += [_parcel(digest, digest.day, await _members(session, digest))]
    return parcels


async def _members(session: AsyncSession, digest: DigestRow) -> list[tuple[DeliveryRow, NoticeRow]]:
    wanted = (
        select(DeliveryRow, NoticeRow)
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(
            col(DeliveryRow.digest_id) == digest.id,
            col(DeliveryRow.state) != DeliveryState.OBSOLETE,
        )
        .order_by(col(NoticeRow.due_on), col(NoticeRow.problem_no))
    )
    return [(delivery, notice) for delivery, notice in (await session.execute(wanted)).all()]


def _parcel(
    row: DeliveryRow | DigestRow,
    day: date | None,
    members: Iterable[tuple[DeliveryRow, NoticeRow]],
) -> Parcel:
    return Parcel(
        digest_id=row.id if isinstance(row, DigestRow) else None,
        recipient=row.recipient,
        position=row.position,
        message_id=row.message_id,
        attempts=row.attempts,
        ambiguous=row.state == DeliveryState.AMBIGUOUS,
        day=day,
        items=tuple(Item(one.id or 0, order_of(notice)) for one, notice in members),
    )


async def owners(session: AsyncSession, parcel: Parcel) -> dict[str, str]:
    """Give the district that each problem of a parcel belongs to now."""
    numbers = {order.problem_no for order in parcel.orders}
    wanted = select(col(ProblemRow.problem_no), col(ProblemRow.district)).where(
        col(ProblemRow.problem_no).in_(numbers)
    )
    return {row[0]: row[1] for row in await session.execute(wanted)}
