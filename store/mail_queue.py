"""The queue between ordered notices and the relay: expand, gather, claim, finish.

Who begins DATA has claimed the delivery in a committed transaction first, and the claim already
says what is true if nobody is ever heard of again: the outcome is not known. A courier that dies
leaves exactly the right state behind, and two couriers never hold the same delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import DIGESTIBLE, NoticeOrder, is_obsolete
from domain.problem import Problem
from store import problems
from store.contacts import Addressee
from store.engine import Database
from store.inbox import InboxState
from store.notice_log import DeliveryState, NoticeState
from store.papers import PaperKind
from store.records import order_of
from store.tables import DeliveryRow, DigestRow, InboxRow, NoticeRow, ProblemRow

NO_CONTACT = "无联系人"

_BY_HAND = "manual-"
_UNDECIDED = (DeliveryState.WAITING, DeliveryState.AMBIGUOUS)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnd:
    """What is to be written after an attempt; `accepted_at` only for an acceptance."""

    state: DeliveryState
    next_attempt_at: datetime | None = None
    accepted_at: datetime | None = None
    words: str = ""


def may_share(order: NoticeOrder) -> bool:
    """Say whether a notice may go out in a digest; what an officer presses by hand goes at once."""
    return order.kind in DIGESTIBLE and not order.rung.startswith(_BY_HAND)


async def unexpanded(session: AsyncSession, now: datetime, limit: int) -> list[NoticeOrder]:
    """Give the notices whose hour has come and whose recipients are not named yet."""
    expanded = select(col(DeliveryRow.id)).where(col(DeliveryRow.notice_key) == col(NoticeRow.key))
    wanted = (
        select(NoticeRow)
        .where(
            col(NoticeRow.state) == NoticeState.WAITING,
            col(NoticeRow.not_before) <= now,
            ~expanded.exists(),
        )
        .order_by(col(NoticeRow.not_before), col(NoticeRow.key))
        .limit(limit)
    )
    return [order_of(row) for row in await session.scalars(wanted)]


async def expand(
    db: Database,
    order: NoticeOrder,
    addressees: Iterable[Addressee],
    message_id: Callable[[str, str], str],
    first_attempt_at: datetime,
) -> None:
    """Name the recipients of a notice, once; a vacant position is a failed delivery for all to see.

    The place of a missing address is taken by the position's name, which never holds an @.
    """
    rows = [
        {
            "notice_key": order.key,
            "recipient": one.email or one.position.value,
            "position": one.position.value,
            "message_id": message_id(order.key, one.email or one.position.value),
            "state": DeliveryState.WAITING if one.email else DeliveryState.FAILED,
            "attempts": 0,
            "next_attempt_at": first_attempt_at if one.email else None,
            "last_error": "" if one.email else NO_CONTACT,
        }
        for one in addressees
    ]
    async with db.writing() as session:
        await db.insert_new(session, DeliveryRow, rows)
        await _settle(session, [order.key])


async def drop_obsolete(db: Database, parcel: Parcel) -> Parcel | None:
    """Take out of a parcel what has become pointless; None when nothing is left to send now."""
    async with db.writing() as session:
        kept = await _still_wanted(db, session, parcel)
    return replace(parcel, items=kept) if kept else None


async def retire_obsolete(db: Database, order: NoticeOrder) -> bool:
    """Strike a notice that became pointless before it was expanded; True when it is struck."""
    async with db.writing() as session:
        await db.lock_problem(session, order.problem_no)
        why = await _why_obsolete(session, order)
        if why:
            await _set_notice(session, order.key, NoticeState.OBSOLETE, why)
    return bool(why)


async def ungathered(session: AsyncSession, now: datetime) -> list[tuple[DeliveryRow, NoticeOrder]]:
    """Give the reminders never tried yet that may still go into a digest, by district."""
    wanted = (
        select(DeliveryRow, NoticeRow)
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(
            col(NoticeRow.kind).in_(DIGESTIBLE),
            col(NoticeRow.rung).not_like(f"{_BY_HAND}%"),
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
    first = deliveries[0]
    async with db.writing() as session:
        await db.lock(session, f"digest:{message_id}")
        known = select(col(DigestRow.id)).where(
            col(DigestRow.district) == district,
            col(DigestRow.day) == day,
            col(DigestRow.recipient) == first.recipient,
        )
        if await session.scalar(known) is not None:
            return
        digest = DigestRow(
            district=district,
            day=day,
            recipient=first.recipient,
            position=first.position,
            message_id=message_id,
            next_attempt_at=db.now(),
        )
        session.add(digest)
        await session.flush()
        taken = await _changed(
            session,
            update(DeliveryRow)
            .where(
                col(DeliveryRow.id).in_([one.id for one in deliveries]),
                col(DeliveryRow.digest_id).is_(None),
                col(DeliveryRow.state) == DeliveryState.WAITING,
                col(DeliveryRow.attempts) == 0,
            )
            .values(digest_id=digest.id, next_attempt_at=None),
        )
        if not taken:
            await session.delete(digest)


async def due(session: AsyncSession, now: datetime, limit: int) -> list[Parcel]:
    """Give the parcels whose next attempt is due, oldest first."""
    singles = (
        select(DeliveryRow, NoticeRow)
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(
            col(DeliveryRow.state).in_(_UNDECIDED),
            col(DeliveryRow.next_attempt_at) <= now,
            col(DeliveryRow.digest_id).is_(None),
        )
        .order_by(col(DeliveryRow.next_attempt_at), col(DeliveryRow.id))
        .limit(limit)
    )
    digests = (
        select(DigestRow)
        .where(col(DigestRow.state).in_(_UNDECIDED), col(DigestRow.next_attempt_at) <= now)
        .order_by(col(DigestRow.next_attempt_at), col(DigestRow.id))
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


async def claim(
    db: Database, parcel: Parcel, retry_at: datetime, written_for: Mapping[str, str]
) -> bool:
    """Look once more and take the parcel for the one attempt that is about to begin.

    False when a notice in it has become pointless meanwhile, when a problem belongs to another
    district than when the mail was written (`written_for`: the link in it is dead), or when
    another courier was faster; then DATA must not begin. The outcome stands as unknown from here
    on: tried again at `retry_at` if this is the first such attempt, else never.
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
        return await _write(session, parcel, parcel.attempts, unknown)


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
                col(DigestRow.state).in_(_UNDECIDED),
            )
            .values(values)
        )
        if not await _changed(session, digest):
            return False
        # Its digest is what is tried again, not the delivery itself.
        values["next_attempt_at"] = None
    deliveries = (
        update(DeliveryRow)
        .where(
            col(DeliveryRow.id).in_([item.delivery_id for item in parcel.items]),
            col(DeliveryRow.attempts) == seen,
            col(DeliveryRow.state).in_(_UNDECIDED),
        )
        .values(values)
    )
    written = await _changed(session, deliveries)
    await _settle(session, [item.order.key for item in parcel.items])
    return written > 0


async def _still_wanted(db: Database, session: AsyncSession, parcel: Parcel) -> tuple[Item, ...]:
    """Strike what is pointless in a parcel and give the rest; takes the problems' locks."""
    for problem_no in sorted({order.problem_no for order in parcel.orders}):
        await db.lock_problem(session, problem_no)
    kept = []
    for item in parcel.items:
        why = await _why_obsolete(session, item.order)
        if why:
            await _strike(session, item, why)
        else:
            kept.append(item)
    if not kept and parcel.digest_id is not None:
        await _changed(
            session,
            update(DigestRow)
            .where(col(DigestRow.id) == parcel.digest_id)
            .values(state=DeliveryState.OBSOLETE, next_attempt_at=None),
        )
    return tuple(kept)


async def _why_obsolete(session: AsyncSession, order: NoticeOrder) -> str:
    """Ask the rules with what is known this instant.

    A problem that the read model does not hold just now is being rebuilt: nothing is decided.
    """
    problem: Problem | None = await problems.get(session, order.problem_no)
    if problem is None:
        return ""
    answered = select(col(InboxRow.receipt_id)).where(
        col(InboxRow.problem_no) == order.problem_no,
        col(InboxRow.round_no) == order.round_no,
        col(InboxRow.kind) == PaperKind.ANSWER,
        col(InboxRow.state) == InboxState.RECEIVED,
    )
    in_inbox = await session.scalar(answered.limit(1)) is not None
    return is_obsolete(order, problem, answer_in_inbox=in_inbox)


async def _strike(session: AsyncSession, item: Item, why: str) -> None:
    await _changed(
        session,
        update(DeliveryRow)
        .where(
            col(DeliveryRow.id) == item.delivery_id,
            col(DeliveryRow.state) == DeliveryState.WAITING,
        )
        .values(state=DeliveryState.OBSOLETE, next_attempt_at=None),
    )
    # What may have arrived already stays ambiguous; it is only not tried again.
    await _changed(
        session,
        update(DeliveryRow)
        .where(
            col(DeliveryRow.id) == item.delivery_id,
            col(DeliveryRow.state) == DeliveryState.AMBIGUOUS,
        )
        .values(next_attempt_at=None),
    )
    await _settle(session, [item.order.key], why)


async def _settle(session: AsyncSession, keys: Iterable[str], why: str = "") -> None:
    """Let each notice's state follow from its deliveries."""
    for key in keys:
        rows = list(
            await session.scalars(
                select(DeliveryRow)
                .where(col(DeliveryRow.notice_key) == key)
                .execution_options(populate_existing=True)
            )
        )
        state = _notice_state(rows)
        await _set_notice(session, key, state, why if state is NoticeState.OBSOLETE else "")


def _notice_state(rows: Sequence[DeliveryRow]) -> NoticeState:
    states = {row.state for row in rows}
    if DeliveryState.WAITING in states or any(_tried_again(row) for row in rows):
        return NoticeState.WAITING
    if states & {DeliveryState.ACCEPTED, DeliveryState.AMBIGUOUS}:
        return NoticeState.HANDED_OVER
    if DeliveryState.OBSOLETE in states:
        return NoticeState.OBSOLETE
    return NoticeState.FAILED


def _tried_again(row: DeliveryRow) -> bool:
    return row.state == DeliveryState.AMBIGUOUS and row.next_attempt_at is not None


async def _set_notice(session: AsyncSession, key: str, state: NoticeState, why: str) -> None:
    values: dict[str, Any] = {"state": state}
    if why or state is not NoticeState.OBSOLETE:
        values["obsolete_why"] = why
    await _changed(session, update(NoticeRow).where(col(NoticeRow.key) == key).values(values))


async def _changed(session: AsyncSession, statement: Any) -> int:
    result = await session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
