"""Mails that a restored store takes for unsent, although they may have gone out before it was restored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.words.notices import RESTORED_UNKNOWN
from store.mail import recipients
from store.mail.notice_log import DeliveryState, NoticeState
from store.mail.settling import UNDECIDED, set_notice, settle
from store.tables import DeliveryRow, DigestRow, NoticeRow

REASON = "restored_unknown"
_ALL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """One of them; `recipient` is empty where nobody had been named yet."""

    problem_no: str
    kind: str
    recipient: str


async def call_back(session: AsyncSession, now: datetime) -> tuple[Unsure, ...]:
    """Take out of the queue what was due by `now`: it may be out, and never goes out twice by itself.

    What is due later goes out as ordered. Everything here happens in one transaction: whoever has read such a
    mail before does not get it any more.
    """
    orders = await recipients.unexpanded(session, now, _ALL)
    for order in orders:
        await set_notice(session, order.key, NoticeState.OBSOLETE, REASON)
    digests = await _due_digests(session, now)
    of_digests = [digest.id for digest in digests]
    found = await session.execute(
        select(DeliveryRow, NoticeRow)
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(
            col(DeliveryRow.state).in_(UNDECIDED),
            (col(DeliveryRow.next_attempt_at) <= now) | col(DeliveryRow.digest_id).in_(of_digests),
        )
        .order_by(col(DeliveryRow.id))
    )
    sent = [(row, notice) for row, notice in found]
    _close([*digests, *(row for row, _ in sent)])
    await session.flush()
    await settle(session, dict.fromkeys(row.notice_key for row, _ in sent))
    unnamed = (Unsure(problem_no=o.problem_no, kind=o.kind.value, recipient="") for o in orders)
    named = (
        Unsure(problem_no=notice.problem_no, kind=notice.kind, recipient=row.recipient)
        for row, notice in sent
    )
    return (*unnamed, *named)


async def _due_digests(session: AsyncSession, now: datetime) -> Sequence[DigestRow]:
    wanted = select(DigestRow).where(
        col(DigestRow.state).in_(UNDECIDED), col(DigestRow.next_attempt_at) <= now
    )
    return list(await session.scalars(wanted))


def _close(rows: Sequence[DigestRow | DeliveryRow]) -> None:
    for row in rows:
        row.state, row.next_attempt_at = DeliveryState.AMBIGUOUS.value, None
        row.last_error = RESTORED_UNKNOWN
        # A courier that has read it before claims it by this number, in vain.
        row.attempts += 1
