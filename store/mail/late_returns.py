"""Notices of deductions that came back when the life had ended: a task until an officer settles it in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.engine import Database
from store.refusing import StoreRefused
from store.tables import DeliveryRow, LateReturnRow, ProblemRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LateReturn:
    """One of them; `id` is that of its delivery, `why` what the mail said that came back.

    `settled_at` is None while nobody has seen to it.
    """

    id: int
    problem_no: str
    district: str
    deduction: int
    recipient: str
    why: str
    noted_at: datetime
    settled_at: datetime | None
    settled_by: str
    words: str


async def note(db: Database, delivery_id: int, problem_no: str, deduction: int) -> None:
    """Write down that one came back; once for each delivery."""
    row = {
        "delivery_id": delivery_id,
        "problem_no": problem_no,
        "deduction": deduction,
        "noted_at": db.now(),
        "settled_by": "",
        "words": "",
    }
    async with db.writing() as session:
        await db.insert_new(session, LateReturnRow, [row])


async def waiting(session: AsyncSession, limit: int = 200) -> list[LateReturn]:
    """Give those that nobody has settled, the oldest first."""
    wanted = _all().where(col(LateReturnRow.settled_at).is_(None))
    return await _read(session, wanted.order_by(col(LateReturnRow.noted_at)).limit(limit))


async def settled(session: AsyncSession, limit: int = 50) -> list[LateReturn]:
    """Give those settled last."""
    wanted = _all().where(col(LateReturnRow.settled_at).is_not(None))
    return await _read(session, wanted.order_by(col(LateReturnRow.settled_at).desc()).limit(limit))


async def of_problem(session: AsyncSession, problem_no: str) -> list[LateReturn]:
    """Give those of a problem, settled or not."""
    wanted = _all().where(col(LateReturnRow.problem_no) == problem_no)
    return await _read(session, wanted.order_by(col(LateReturnRow.noted_at)))


async def count_waiting(session: AsyncSession) -> int:
    """Count those that nobody has settled."""
    open_ones = select(func.count()).select_from(LateReturnRow)
    return await session.scalar(open_ones.where(col(LateReturnRow.settled_at).is_(None))) or 0


async def settle(db: Database, delivery_id: int, by_id: str, words: str) -> LateReturn:
    """Note what was done about one; what was said first stays on record. Raises StoreRefused."""
    async with db.writing() as session:
        await db.lock(session, f"late return {delivery_id}")
        row = await session.get(LateReturnRow, delivery_id)
        if row is None:
            raise StoreRefused("late_return_not_found")
        if row.settled_at is not None:
            raise StoreRefused("late_return_settled")
        row.settled_at, row.settled_by, row.words = db.now(), by_id, words
        await session.flush()
        (left,) = await _read(session, _all().where(col(LateReturnRow.delivery_id) == delivery_id))
    return left


_Found = Select[LateReturnRow, DeliveryRow, str]


def _all() -> _Found:
    return (
        select(LateReturnRow, DeliveryRow, col(ProblemRow.district))
        .join(DeliveryRow, col(DeliveryRow.id) == col(LateReturnRow.delivery_id))
        .outerjoin(ProblemRow, col(ProblemRow.problem_no) == col(LateReturnRow.problem_no))
    )


async def _read(session: AsyncSession, wanted: _Found) -> list[LateReturn]:
    return [
        LateReturn(
            id=row.delivery_id,
            problem_no=row.problem_no,
            district=district or "",
            deduction=row.deduction,
            recipient=delivery.recipient,
            why=delivery.last_error,
            noted_at=row.noted_at,
            settled_at=row.settled_at,
            settled_by=row.settled_by,
            words=row.words,
        )
        for row, delivery, district in await session.execute(wanted)
    ]
