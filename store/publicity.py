"""What was made public: entered by somebody, taken back by somebody, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.publicity import PublicityKind, PublicityRecord
from store.engine import Database
from store.tables import PublicityRow


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredRecord:
    """A publication with who entered it, and when."""

    record_id: str
    record: PublicityRecord
    entered_by: str
    entered_at: datetime


async def enter(
    db: Database, records: Mapping[str, PublicityRecord], by_id: str
) -> tuple[EnteredRecord, ...]:
    """Enter publications once under their ids, all of them or none, and give them as entered first."""
    async with db.writing() as session:
        await db.lock(session, f"publicity:{next(iter(records), '')}")
        found = []
        for record_id, record in records.items():
            row = await session.get(PublicityRow, record_id)
            if row is None:
                row = _row(record_id, record, by_id, db.now())
                session.add(row)
            found.append(_entered(row))
        return tuple(found)


async def take_back(db: Database, record_id: str, by_id: str) -> bool:
    """Take a record back that was entered wrongly; False where none stands under the id."""
    async with db.writing() as session:
        row = await session.get(PublicityRow, record_id)
        if row is None or row.taken_back_at is not None:
            return False
        row.taken_back_by, row.taken_back_at = by_id, db.now()
        return True


async def listed(session: AsyncSession, problem_no: str = "") -> tuple[EnteredRecord, ...]:
    """Give what stands, the latest first; of one problem, or all."""
    query = select(PublicityRow).where(col(PublicityRow.taken_back_at).is_(None))
    if problem_no:
        query = query.where(col(PublicityRow.problem_no) == problem_no)
    order = (col(PublicityRow.published_on).desc(), col(PublicityRow.id))
    return tuple(_entered(row) for row in await session.scalars(query.order_by(*order)))


def _row(record_id: str, record: PublicityRecord, by_id: str, now: datetime) -> PublicityRow:
    return PublicityRow(
        id=record_id,
        kind=record.kind.value,
        published_on=record.published_on,
        medium=record.medium,
        title=record.title,
        reference=record.reference,
        district=record.district,
        problem_no=record.problem_no,
        entered_by=by_id,
        entered_at=now,
        taken_back_by="",
        taken_back_at=None,
    )


def _entered(row: PublicityRow) -> EnteredRecord:
    record = PublicityRecord(
        kind=PublicityKind(row.kind),
        published_on=row.published_on,
        medium=row.medium,
        title=row.title,
        reference=row.reference,
        district=row.district,
        problem_no=row.problem_no,
    )
    return EnteredRecord(
        record_id=row.id, record=record, entered_by=row.entered_by, entered_at=row.entered_at
    )
