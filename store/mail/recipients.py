"""Who gets a notice: its recipients are named once, when its hour has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.notices import NoticeOrder
from store.engine import Database
from store.lives.records import order_of
from store.mail.notice_log import DeliveryState, NoticeState
from store.mail.settling import set_notice, settle, why_obsolete
from store.registers.contacts import Addressee
from store.tables import DeliveryRow, NoticeRow

NO_CONTACT = "无联系人"


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
    rows = rows_for(order, addressees, message_id, first_attempt_at)
    async with db.writing() as session:
        await db.insert_new(session, DeliveryRow, rows)
        await settle(session, [order.key])


def rows_for(
    order: NoticeOrder,
    addressees: Iterable[Addressee],
    message_id: Callable[[str, str], str],
    first_attempt_at: datetime,
) -> list[dict[str, object]]:
    """Give the deliveries of a notice to those it is for."""
    return [
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


async def retire_obsolete(db: Database, order: NoticeOrder) -> bool:
    """Strike a notice that became pointless before it was expanded; True when it is struck."""
    async with db.writing() as session:
        await db.lock_problem(session, order.problem_no)
        why = await why_obsolete(session, order)
        if why:
            await set_notice(session, order.key, NoticeState.OBSOLETE, why)
    return bool(why)
