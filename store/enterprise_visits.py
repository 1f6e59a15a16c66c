"""Visits of enterprises: entered by somebody, taken back by somebody, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.enterprise_visits import EnterpriseVisit, VisitKind
from domain.problem import Problem
from store.engine import Database
from store.tables import EnterpriseVisitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredVisit:
    """A visit with who entered it, and when."""

    visit_id: str
    visit: EnterpriseVisit
    entered_by: str
    entered_at: datetime


async def enter(
    db: Database, visits: Mapping[str, EnterpriseVisit], by_id: str
) -> tuple[EnteredVisit, ...]:
    """Enter visits once under their ids, all of them or none, and give them as entered first."""
    async with db.writing() as session:
        await db.lock(session, f"visits:{next(iter(visits), '')}")
        found = []
        for visit_id, visit in visits.items():
            row = await session.get(EnterpriseVisitRow, visit_id)
            if row is None:
                row = _row(visit_id, visit, by_id, db.now())
                session.add(row)
            found.append(_entered(row))
        return tuple(found)


async def take_back(db: Database, visit_id: str, by_id: str) -> bool:
    """Take a visit back that was entered wrongly; False where none stands under the id."""
    async with db.writing() as session:
        row = await session.get(EnterpriseVisitRow, visit_id)
        if row is None or row.taken_back_at is not None:
            return False
        row.taken_back_by, row.taken_back_at = by_id, db.now()
        return True


async def listed(session: AsyncSession, district: str = "") -> tuple[EnteredVisit, ...]:
    """Give the visits that stand, the latest first; of one district, or of all."""
    query = select(EnterpriseVisitRow).where(col(EnterpriseVisitRow.taken_back_at).is_(None))
    if district:
        query = query.where(col(EnterpriseVisitRow.district) == district)
    order = (col(EnterpriseVisitRow.visited_on).desc(), col(EnterpriseVisitRow.id))
    return tuple(_entered(row) for row in await session.scalars(query.order_by(*order)))


async def near(session: AsyncSession, problem: Problem) -> tuple[EnteredVisit, ...]:
    """Give the visits that may be to a problem's enterprise: of its number, code or districts."""
    facts, row = problem.facts, EnterpriseVisitRow
    same = [
        col(row.problem_no) == problem.problem_no,
        col(row.district).in_({problem.district, facts.district}),
    ]
    if facts.credit_code:
        same.append(col(row.credit_code) == facts.credit_code)
    query = select(row).where(col(row.taken_back_at).is_(None), or_(*same))
    found = await session.scalars(query.order_by(col(row.visited_on).desc(), col(row.id)))
    return tuple(_entered(one) for one in found)


def _row(visit_id: str, visit: EnterpriseVisit, by_id: str, now: datetime) -> EnterpriseVisitRow:
    return EnterpriseVisitRow(
        id=visit_id,
        kind=visit.kind.value,
        district=visit.district,
        enterprise=visit.enterprise,
        credit_code=visit.credit_code,
        visited_on=visit.visited_on,
        who=visit.who,
        findings=visit.findings,
        problem_no=visit.problem_no,
        entered_by=by_id,
        entered_at=now,
        taken_back_by="",
        taken_back_at=None,
    )


def _entered(row: EnterpriseVisitRow) -> EnteredVisit:
    visit = EnterpriseVisit(
        kind=VisitKind(row.kind),
        district=row.district,
        enterprise=row.enterprise,
        visited_on=row.visited_on,
        who=row.who,
        findings=row.findings,
        credit_code=row.credit_code,
        problem_no=row.problem_no,
    )
    return EnteredVisit(
        visit_id=row.id, visit=visit, entered_by=row.entered_by, entered_at=row.entered_at
    )
