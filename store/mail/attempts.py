"""One attempt to hand a parcel over: look once more, claim it, write down how it ended.

Who begins DATA has claimed the delivery in a committed transaction first, and the claim already
says what is true if nobody is ever heard of again: the outcome is not known. A courier that dies
leaves exactly the right state behind, and two couriers never hold the same delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.engine import Database
from store.mail import sent_texts
from store.mail.notice_log import DeliveryState
from store.mail.parcels import Item, Parcel, owners
from store.mail.sent_texts import SentText
from store.mail.settling import UNDECIDED, changed, settle, why_obsolete
from store.tables import DeliveryRow, DigestRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnd:
    """What is to be written after an attempt; `accepted_at` only for an acceptance."""

    state: DeliveryState
    next_attempt_at: datetime | None = None
    accepted_at: datetime | None = None
    words: str = ""


async def drop_obsolete(db: Database, parcel: Parcel) -> Parcel | None:
    """Take out of a parcel what has become pointless; None when nothing is left to send now."""
    async with db.writing() as session:
        kept = await _still_wanted(db, session, parcel)
    return replace(parcel, items=kept) if kept else None


async def claim(
    db: Database,
    parcel: Parcel,
    retry_at: datetime,
    written_for: Mapping[str, str],
    mail: SentText | None = None,
) -> bool:
    """Look once more and take the parcel for the one attempt that is about to begin.

    False when a notice in it has become pointless meanwhile, when a problem belongs to another
    district than when the mail was written (`written_for`: the link in it is dead), or when
    another courier was faster; then DATA must not begin. The outcome stands as unknown from here
    on: tried again at `retry_at` if this is the first such attempt, else never. What `mail` says is kept with it.
    """
    async with db.writing() as session:
        kept = await _still_wanted(db, session, parcel)
        if kept != parcel.items or await owners(session, parcel) != written_for:
            return False
        unknown = AttemptEnd(
            state=DeliveryState.AMBIGUOUS,
            next_attempt_at=None if parcel.ambiguous else retry_at,
            words="投递中断，结果不明",
        )
        taken = await _write(session, parcel, parcel.attempts, unknown)
        if taken and mail is not None:
            number = parcel.attempts + 1
            await sent_texts.keep(db, session, parcel.message_id, number, mail)
        return taken


async def finish(db: Database, parcel: Parcel, end: AttemptEnd, *, claimed: bool) -> bool:
    """Write down how an attempt ended; False when another courier has changed the parcel since."""
    seen = parcel.attempts + (1 if claimed else 0)
    async with db.writing() as session:
        return await _write(session, parcel, seen, end, counted=claimed)


async def _write(
    session: AsyncSession, parcel: Parcel, seen: int, end: AttemptEnd, *, counted: bool = False
) -> bool:
    """Write an end if the parcel's attempts are as `seen`; `counted`: this one is among them."""
    values: dict[str, Any] = {
        "state": end.state,
        "attempts": seen if counted else seen + 1,
        "next_attempt_at": end.next_attempt_at,
        "accepted_at": end.accepted_at,
        "last_error": end.words,
    }
    if parcel.digest_id is not None:
        digest = (
            update(DigestRow)
            .where(
                col(DigestRow.id) == parcel.digest_id,
                col(DigestRow.attempts) == seen,
                col(DigestRow.state).in_(UNDECIDED),
            )
            .values(values)
        )
        if not await changed(session, digest):
            return False
        # Its digest is what is tried again, not the delivery itself.
        values["next_attempt_at"] = None
    deliveries = (
        update(DeliveryRow)
        .where(
            col(DeliveryRow.id).in_([item.delivery_id for item in parcel.items]),
            col(DeliveryRow.attempts) == seen,
            col(DeliveryRow.state).in_(UNDECIDED),
        )
        .values(values)
    )
    written = await changed(session, deliveries)
    await settle(session, [item.order.key for item in parcel.items])
    return written > 0


async def _still_wanted(db: Database, session: AsyncSession, parcel: Parcel) -> tuple[Item, ...]:
    """Strike what is pointless in a parcel and give the rest; takes the problems' locks."""
    for problem_no in sorted({order.problem_no for order in parcel.orders}):
        await db.lock_problem(session, problem_no)
    kept = []
    for item in parcel.items:
        why = await why_obsolete(session, item.order)
        if why:
            await _strike(session, item, why)
        else:
            kept.append(item)
    if not kept and parcel.digest_id is not None:
        await changed(
            session,
            update(DigestRow)
            .where(col(DigestRow.id) == parcel.digest_id)
            .values(state=DeliveryState.OBSOLETE, next_attempt_at=None),
        )
    return tuple(kept)


async def _strike(session: AsyncSession, item: Item, why: str) -> None:
    await changed(
        session,
        update(DeliveryRow)
        .where(
            col(DeliveryRow.id) == item.delivery_id,
            col(DeliveryRow.state) == DeliveryState.WAITING,
        )
        .values(state=DeliveryState.OBSOLETE, next_attempt_at=None),
    )
    # What may have arrived already stays ambiguous; it is only not tried again.
    await changed(
        session,
        update(DeliveryRow)
        .where(
            col(DeliveryRow.id) == item.delivery_id,
            col(DeliveryRow.state) == DeliveryState.AMBIGUOUS,
        )
        .values(next_attempt_at=None),
    )
    await settle(session, [item.order.key], why)
