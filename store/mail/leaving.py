"""Somebody is no contact any more: what waits for him goes to whoever holds his position."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.mail.notice_log import DeliveryState
from store.mail.recipients import NO_CONTACT
from store.mail.settling import UNDECIDED, changed, settle
from store.registers.contacts import BUREAU_POSITIONS, is_reached
from store.registers.reach import CITY
from store.tables import ContactRow, DeliveryRow, DigestRow, NoticeRow

_BUREAU = [position.value for position in BUREAU_POSITIONS]


async def call_back(session: AsyncSession, left: ContactRow) -> None:
    """Let nothing more leave for somebody who left; who holds another position of his unit stays.

    What waited is as if his position had been vacant: it goes out by itself to who holds it. What may have
    arrived already is not tried again.
    """
    if await is_reached(session, left.district, left.email):
        return
    await _stop_digests(session, left)
    his = [func.lower(col(DeliveryRow.recipient)) == left.email.lower(), _of_unit(left)]
    waiting = (
        select(col(DeliveryRow.id), col(DeliveryRow.notice_key))
        .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
        .where(col(DeliveryRow.state).in_(UNDECIDED), *his)
    )
    found = (await session.execute(waiting)).all()
    ids = [row[0] or 0 for row in found]
    vacant = {"state": DeliveryState.FAILED, "last_error": NO_CONTACT, "next_attempt_at": None}
    await _change(session, ids, DeliveryState.WAITING, vacant)
    await _change(session, ids, DeliveryState.AMBIGUOUS, {"next_attempt_at": None})
    await settle(session, sorted({row[1] for row in found}))


def _of_unit(left: ContactRow) -> ColumnElement[bool]:
    if left.district == CITY:
        return col(DeliveryRow.position).in_(_BUREAU)
    ours = col(NoticeRow.district) == left.district
    return and_(ours, col(DeliveryRow.position).not_in(_BUREAU))


async def _change(
    session: AsyncSession, ids: list[int], state: DeliveryState, values: dict[str, Any]
) -> None:
    which = col(DeliveryRow.id).in_(ids), col(DeliveryRow.state) == state
    await changed(session, update(DeliveryRow).where(*which).values(values))


async def _stop_digests(session: AsyncSession, left: ContactRow) -> None:
    his = func.lower(col(DigestRow.recipient)) == left.email.lower()
    unit = (
        col(DigestRow.position).in_(_BUREAU)
        if left.district == CITY
        else col(DigestRow.district) == left.district
    )
    never_left = update(DigestRow).where(his, unit, col(DigestRow.state) == DeliveryState.WAITING)
    gone = {"state": DeliveryState.OBSOLETE, "next_attempt_at": None}
    await changed(session, never_left.values(gone))
    unsure = update(DigestRow).where(his, unit, col(DigestRow.state) == DeliveryState.AMBIGUOUS)
    await changed(session, unsure.values(next_attempt_at=None))
