"""Which of our messages a mail is about: by its Message-ID, else by recipient, number and time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.mail.notice_log import DeliveryState
from store.tables import DeliveryRow, DigestRow, NoticeRow

UNDER_WAY = (DeliveryState.ACCEPTED.value, DeliveryState.AMBIGUOUS.value)
"""States of a message that may still come back."""
_BACK_WITHIN = timedelta(days=10)
"""How long after it was sent a mail still comes back; servers try for up to five days."""
_SAME_TIME = timedelta(minutes=30)
_MOST_TRACES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """By what a mail says which of ours it is about.

    `message_ids` that may be ours; else one of `recipients`, the number in `text`, and when we wrote.
    """

    message_ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    text: str = ""
    sent_at: datetime | None = None


async def meant(session: AsyncSession, traces: Traces, now: datetime) -> list[DeliveryRow]:
    """Give the deliveries of the message; empty where it is none of ours."""
    return await named(session, traces.message_ids) or await _described(session, traces, now)


async def named(session: AsyncSession, message_ids: Sequence[str]) -> list[DeliveryRow]:
    """Give the deliveries of the first of these messages that is ours."""
    for one in message_ids[:_MOST_TRACES]:
        rows = await deliveries(session, one)
        if rows:
            return rows
    return []


async def _described(session: AsyncSession, traces: Traces, now: datetime) -> list[DeliveryRow]:
    """Find our message by recipient and number, else by the time we wrote, else if it was the only one."""
    found = await session.execute(
        select(DeliveryRow, col(NoticeRow.problem_no))
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(
            func.lower(col(DeliveryRow.recipient)).in_(traces.recipients[:_MOST_TRACES]),
            col(DeliveryRow.state).in_((*UNDER_WAY, DeliveryState.BOUNCED.value)),
            or_(
                col(DeliveryRow.accepted_at).is_(None),
                col(DeliveryRow.accepted_at) > now - _BACK_WITHIN,
            ),
        )
    )
    sent = [(row, number) for row, number in found]
    numbered = [one for one in sent if _names(traces.text, one[1])]
    closest = _closest([row for row, _ in numbered or sent], traces.sent_at, sure=bool(numbered))
    return [] if closest is None else await deliveries(session, await id_of(session, closest))


def _names(text: str, number: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(number)}(?![\d-])", text) is not None


def _closest(
    rows: Sequence[DeliveryRow], sent_at: datetime | None, *, sure: bool
) -> DeliveryRow | None:
    """Give the one written at that time; `sure` that it is among them, the last one without a time."""
    timed = {row.id: row.accepted_at for row in rows if row.accepted_at is not None}
    if sent_at is not None and timed:
        apart = {row_id: abs(at - sent_at) for row_id, at in timed.items()}
        nearest = min(apart, key=lambda row_id: apart[row_id])
        if apart[nearest] <= _SAME_TIME:
            return next(row for row in rows if row.id == nearest)
    messages = {row.digest_id or row.message_id for row in rows}
    if len(messages) == 1 or (sure and rows):
        return max(rows, key=lambda row: row.id or 0)
    return None


async def id_of(session: AsyncSession, row: DeliveryRow) -> str:
    """Give the Message-ID under which a delivery went out, its digest's where it went in one."""
    digest = await session.get(DigestRow, row.digest_id) if row.digest_id is not None else None
    return digest.message_id if digest is not None else row.message_id


async def deliveries(session: AsyncSession, message_id: str) -> list[DeliveryRow]:
    """Give the delivery of a single mail, or all that one digest carried."""
    digest = select(col(DigestRow.id)).where(col(DigestRow.message_id) == message_id)
    found = await session.scalars(
        select(DeliveryRow).where(
            (col(DeliveryRow.message_id) == message_id) | col(DeliveryRow.digest_id).in_(digest)
        )
    )
    return list(found)
