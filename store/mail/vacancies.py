"""Notices that reached nobody because a position was vacant; they go out by themselves once somebody is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.local_time import day_of
from domain.notices import NEED_PROOF, OPENS_ROUND, NoticeOrder
from domain.policy import Position
from domain.problem import Problem
from domain.stages import WITH_DISTRICT
from store.engine import Database
from store.lives.records import order_of
from store.mail.notice_log import DeliveryState, SentNotice
from store.mail.recipients import NO_CONTACT, rows_for
from store.mail.settling import changed, settle, why_obsolete
from store.registers import contacts
from store.registers.contacts import Addressee
from store.registers.reach import CITY
from store.tables import DeliveryRow, NoticeRow, ProblemRow

STILL_NEWS = timedelta(days=30)
"""How long a notice that proves nothing is worth sending late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """A position of a district, or of the bureau (`CITY`), in which `notices` notices reached nobody."""

    unit: str
    position: Position
    notices: int


@dataclass(frozen=True, slots=True)
class Unsent:
    """One delivery that waits for somebody to deliver to."""

    delivery_id: int
    order: NoticeOrder
    position: Position
    recipient: str


async def vacancies(session: AsyncSession, now: datetime) -> tuple[Vacancy, ...]:
    """Give the vacant positions that some notice still waits for, by district."""
    found = await session.execute(
        select(col(NoticeRow.district), col(DeliveryRow.position), func.count())
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .join(ProblemRow, col(ProblemRow.problem_no) == col(NoticeRow.problem_no))
        .where(_waits(now))
        .group_by(col(NoticeRow.district), col(DeliveryRow.position))
        .order_by(col(NoticeRow.district), col(DeliveryRow.position))
    )
    summed: Counter[tuple[str, Position]] = Counter()
    for district, name, number in found:
        position = Position(name)
        summed[contacts.unit_of(district, position), position] += number
    return tuple(
        Vacancy(unit=unit, position=position, notices=number)
        for (unit, position), number in sorted(summed.items())
    )


def vacant_now(notices: Iterable[SentNotice], problem: Problem) -> tuple[Position, ...]:
    """Give the positions in which nobody has got the notice of the open round, of what was sent for it."""
    owed = problem.open_round
    opening = (
        one for one in notices if owed and one.kind in OPENS_ROUND and one.round_no == owed.round_no
    )
    return tuple(
        one.position
        for notice in opening
        for one in notice.deliveries
        if one.state is DeliveryState.FAILED and one.last_error == NO_CONTACT
    )


async def fillable(session: AsyncSession, now: datetime, limit: int) -> list[Unsent]:
    """Give what waits for positions that are vacant no more."""
    vacant = await vacancies(session, now)
    held = await contacts.held(session, day_of(now)) if vacant else frozenset()
    places = [
        and_(
            col(NoticeRow.district) == one.unit if one.unit != CITY else true(),
            col(DeliveryRow.position) == one.position.value,
        )
        for one in vacant
        if (one.unit, one.position) in held
    ]
    if not places:
        return []
    found = await session.execute(
        select(DeliveryRow, NoticeRow)
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .join(ProblemRow, col(ProblemRow.problem_no) == col(NoticeRow.problem_no))
        .where(_waits(now), or_(*places))
        .order_by(col(DeliveryRow.id))
        .limit(limit)
    )
    return [
        Unsent(row.id or 0, order_of(notice), Position(row.position), row.recipient)
        for row, notice in found
    ]


def _waits(now: datetime) -> ColumnElement[bool]:
    opening = col(NoticeRow.kind).in_([kind.value for kind in OPENS_ROUND])
    proving = col(NoticeRow.kind).in_([kind.value for kind in NEED_PROOF - OPENS_ROUND])
    with_district = col(ProblemRow.stage).in_([stage.value for stage in WITH_DISTRICT])
    this_round = and_(opening, with_district, col(NoticeRow.round_no) == col(ProblemRow.round_no))
    return and_(
        col(DeliveryRow.state) == DeliveryState.FAILED,
        col(DeliveryRow.last_error) == NO_CONTACT,
        or_(this_round, proving, and_(~opening, col(NoticeRow.ordered_at) > now - STILL_NEWS)),
    )


async def fill(
    db: Database,
    unsent: Unsent,
    addressees: Sequence[Addressee],
    message_id: Callable[[str, str], str],
    first_attempt_at: datetime,
) -> bool:
    """Send to those who hold the position now; False where another did, or it became pointless meanwhile."""
    order = unsent.order
    async with db.writing() as session:
        await db.lock_problem(session, order.problem_no)
        why = await why_obsolete(session, order)
        words = "已无需再发" if why else "已有联系人，改发其邮箱"
        over: dict[str, object] = {"state": DeliveryState.OBSOLETE, "last_error": words}
        if not why and unsent.recipient.casefold() in {one.email.casefold() for one in addressees}:
            # Whoever was entered anew, with another name, may have the address that was left before.
            over = {"state": DeliveryState.WAITING, "last_error": "", "told_at": None}
            over["next_attempt_at"] = first_attempt_at
        retired = await changed(
            session,
            update(DeliveryRow)
            .where(
                col(DeliveryRow.id) == unsent.delivery_id,
                col(DeliveryRow.state) == DeliveryState.FAILED,
                col(DeliveryRow.last_error) == NO_CONTACT,
            )
            .values(**over),
        )
        if retired and not why:
            rows = rows_for(order, addressees, message_id, first_attempt_at)
            await db.insert_new(session, DeliveryRow, rows)
        await settle(session, [order.key], why)
    return bool(retired) and not why
