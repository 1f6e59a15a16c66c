"""Notices that came back: matched to their delivery, and told to the life they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import NEED_PROOF
from store.engine import Database
from store.notice_log import RETURNED, DeliveryState
from store.tables import DeliveryRow, DigestRow, NoticeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A notice of a round or a deduction that did not reach one recipient."""

    delivery_id: int
    notice_key: str
    problem_no: str
    round_no: int
    recipient: str


async def mark(db: Database, message_id: str, words: str) -> bool:
    """Mark the message with this id as come back; False when it is none of ours.

    Only what a relay had accepted can come back; a report that comes twice changes nothing.
    """
    accepted = (DeliveryState.ACCEPTED, DeliveryState.AMBIGUOUS)
    async with db.writing() as session:
        rows = await _deliveries(session, message_id)
        for row in rows:
            if row.state in accepted:
                row.state = DeliveryState.BOUNCED.value
                row.next_attempt_at = None
                row.last_error = words
    return bool(rows)


async def _deliveries(session: AsyncSession, message_id: str) -> list[DeliveryRow]:
    """Give the delivery of a single mail, or all that one digest carried."""
    digest = select(col(DigestRow.id)).where(col(DigestRow.message_id) == message_id)
    found = await session.scalars(
        select(DeliveryRow).where(
            (col(DeliveryRow.message_id) == message_id) | col(DeliveryRow.digest_id).in_(digest)
        )
    )
    return list(found)


async def untold(session: AsyncSession) -> list[Returned]:
    """Give what came back and no life has heard of yet: notices that open a round or tell of points."""
    states = [state.value for state in RETURNED]
    found = await session.execute(
        select(
            col(DeliveryRow.id),
            col(NoticeRow.key),
            col(NoticeRow.problem_no),
            col(NoticeRow.round_no),
            col(DeliveryRow.recipient),
        )
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(
            col(DeliveryRow.state).in_(states),
            col(DeliveryRow.told_at).is_(None),
            col(NoticeRow.kind).in_([kind.value for kind in NEED_PROOF]),
        )
        .order_by(col(DeliveryRow.id))
    )
    return [
        Returned(
            delivery_id=row_id,
            notice_key=key,
            problem_no=number,
            round_no=round_no,
            recipient=recipient,
        )
        for row_id, key, number, round_no, recipient in found
        if row_id is not None
    ]


async def told(db: Database, delivery_id: int, at: datetime) -> None:
    """Note that the life has heard of it."""
    async with db.writing() as session:
        row = await session.get(DeliveryRow, delivery_id)
        if row is not None:
            row.told_at = at
