"""Notices that came back: matched to their delivery, and told to the life they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import NEED_PROOF
from store.engine import Database
from store.mail.notice_log import RETURNED, DeliveryState
from store.tables import DeliveryRow, DigestRow, LetterRow, NoticeRow, ProblemRow

_UNDER_WAY = (DeliveryState.ACCEPTED.value, DeliveryState.AMBIGUOUS.value)
_BACK_WITHIN = timedelta(days=10)
"""How long after it was sent a mail still comes back; servers try for up to five days."""
_SAME_TIME = timedelta(minutes=30)
_MOST_TRACES = 50
_MOST_SEARCHED = 4_000
_NUMBER = re.compile(r"[A-Z]{2}\d{4}-\d{4,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A notice of a round or a deduction that did not reach one recipient."""

    delivery_id: int
    notice_key: str
    problem_no: str
    round_no: int
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """By what a mail says which of ours it is about.

    `message_ids` that may be ours; else one of `recipients`, the number in `text`, and when we wrote.
    """

    message_ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    text: str = ""
    sent_at: datetime | None = None


async def mark(db: Database, message_id: str, words: str) -> bool:
    """Mark the message with this id as come back; False when it is none of ours."""
    return await came_back(db, Traces(message_ids=(message_id,)), words)


async def came_back(db: Database, traces: Traces, words: str) -> bool:
    """Mark the message that a report is about as come back; False when it is none of ours.

    Only what a relay had accepted can come back; a report that comes twice changes nothing.
    """
    async with db.writing() as session:
        rows = await _meant(session, traces, db.now())
        for row in rows:
            if row.state in _UNDER_WAY:
                row.state = DeliveryState.BOUNCED.value
                row.next_attempt_at = None
                row.last_error = words
    return bool(rows)


async def delivered(db: Database, message_ids: Sequence[str]) -> bool:
    """Note that the recipient's server reports a message delivered; False when it is none of ours.

    Here its own Message-ID counts alone: a proof is not guessed.
    """
    async with db.writing() as session:
        rows = await _named(session, message_ids)
        for row in rows:
            if row.state in _UNDER_WAY and row.delivered_at is None:
                row.state = DeliveryState.ACCEPTED.value
                row.next_attempt_at = None
                row.delivered_at = db.now()
                row.accepted_at = row.accepted_at or row.delivered_at
    return bool(rows)


async def _meant(session: AsyncSession, traces: Traces, now: datetime) -> list[DeliveryRow]:
    return await _named(session, traces.message_ids) or await _described(session, traces, now)


async def _named(session: AsyncSession, message_ids: Sequence[str]) -> list[DeliveryRow]:
    for one in message_ids[:_MOST_TRACES]:
        rows = await _deliveries(session, one)
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
            col(DeliveryRow.state).in_((*_UNDER_WAY, DeliveryState.BOUNCED.value)),
            or_(
                col(DeliveryRow.accepted_at).is_(None),
                col(DeliveryRow.accepted_at) > now - _BACK_WITHIN,
            ),
        )
    )
    sent = [(row, number) for row, number in found]
    numbered = [one for one in sent if _names(traces.text, one[1])]
    closest = _closest([row for row, _ in numbered or sent], traces.sent_at, sure=bool(numbered))
    return [] if closest is None else await _deliveries(session, await _id_of(session, closest))


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


async def _id_of(session: AsyncSession, row: DeliveryRow) -> str:
    """Give the Message-ID under which a delivery went out, its digest's where it went in one."""
    digest = await session.get(DigestRow, row.digest_id) if row.digest_id is not None else None
    return digest.message_id if digest is not None else row.message_id


async def _deliveries(session: AsyncSession, message_id: str) -> list[DeliveryRow]:
    """Give the delivery of a single mail, or all that one digest carried."""
    digest = select(col(DigestRow.id)).where(col(DigestRow.message_id) == message_id)
    found = await session.scalars(
        select(DeliveryRow).where(
            (col(DeliveryRow.message_id) == message_id) | col(DeliveryRow.digest_id).in_(digest)
        )
    )
    return list(found)


async def problem_of(session: AsyncSession, message_ids: Sequence[str], text: str) -> str:
    """Give the number of the problem that a letter answers or names; empty where nothing tells it."""
    rows = await _named(session, message_ids)
    if rows:
        notice = await session.get(NoticeRow, rows[0].notice_key)
        return notice.problem_no if notice is not None else ""
    for word in dict.fromkeys(_NUMBER.findall(text[:_MOST_SEARCHED])):
        if await session.get(ProblemRow, word) is not None:
            return str(word)
    return ""


async def ever_read(session: AsyncSession) -> bool:
    """Say whether anything ever came back: only then is the way back known to work."""
    came = select(col(DeliveryRow.id)).where(
        (col(DeliveryRow.state) == DeliveryState.BOUNCED)
        | col(DeliveryRow.delivered_at).is_not(None)
    )
    written = select(col(LetterRow.id))
    return bool(await session.scalar(came.limit(1)) or await session.scalar(written.limit(1)))


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
