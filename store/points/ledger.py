"""The score ledger 扣分台账: one row per deduction, never edited, only reversed by another row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, case, func, insert, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.events import PointsDeducted, PointsRepriced, PointsReversed, Recorded
from store.engine import Points
from store.tables import LedgerRow

DEDUCTION = "deduction"
REVERSAL = "reversal"
REPRICING = "repricing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a district lost in a year: points after reversals, and on how many problems."""

    district: str
    points: Decimal
    deductions: int
    problems: int


async def post(
    session: AsyncSession, problem_no: str, generation: int, recorded: Sequence[Recorded]
) -> None:
    """Post what events did to the score; one posted before for the same occurrence is an error."""
    rows = [{**row, "generation": generation} for row in rows_of(problem_no, recorded)]
    if rows:
        await session.execute(insert(LedgerRow), rows)


SAME = ("problem_no", "rule_id", "occurrence", "kind")
"""By which a row of the ledger is the same as another."""


async def posted(
    session: AsyncSession, problem_nos: Sequence[str]
) -> set[tuple[str, str, int, str]]:
    """Give what of several problems stands in the ledger, as by `SAME`."""
    columns = (
        col(LedgerRow.problem_no),
        col(LedgerRow.rule_id),
        col(LedgerRow.occurrence),
        col(LedgerRow.kind),
    )
    found = await session.execute(select(*columns).where(columns[0].in_(problem_nos)))
    return {(number, rule, occurrence, kind) for number, rule, occurrence, kind in found}


def rows_of(problem_no: str, recorded: Sequence[Recorded]) -> list[dict[str, Any]]:
    """Give the rows that events make: deductions, their reversals and repricings, in their order."""
    return [
        _values(problem_no, one, one.event)
        for one in recorded
        if isinstance(one.event, PointsDeducted | PointsRepriced | PointsReversed)
    ]


async def scores(session: AsyncSession, year: int) -> tuple[Score, ...]:
    """Give the score of every district with a row in `year`, the most points first."""
    deduction = col(LedgerRow.kind) == DEDUCTION
    points = type_coerce(col(LedgerRow.points), Integer)
    total = func.sum(case((deduction, points), else_=-points))
    found = await session.execute(
        select(
            col(LedgerRow.district),
            type_coerce(total, Points),
            func.sum(case((deduction, 1), else_=0)),
            func.count(func.distinct(col(LedgerRow.problem_no))),
        )
        .where(col(LedgerRow.year) == year)
        .group_by(col(LedgerRow.district))
        .order_by(total.desc(), col(LedgerRow.district))
    )
    return tuple(
        Score(district=district, points=lost, deductions=int(number), problems=problems)
        for district, lost, number, problems in found
    )


async def rows(
    session: AsyncSession, district: str | None = None, year: int | None = None
) -> tuple[LedgerRow, ...]:
    """Give the rows of a district and year (None: of all), in the order they were posted."""
    query = select(LedgerRow).order_by(col(LedgerRow.id))
    if district is not None:
        query = query.where(col(LedgerRow.district) == district)
    if year is not None:
        query = query.where(col(LedgerRow.year) == year)
    return tuple(await session.scalars(query))


async def row(session: AsyncSession, row_id: int) -> LedgerRow | None:
    """Give one row by its number in the ledger; none for one that counts no more."""
    return (
        await session.scalars(select(LedgerRow).where(col(LedgerRow.id) == row_id))
    ).one_or_none()


async def of_problem(session: AsyncSession, problem_no: str) -> tuple[LedgerRow, ...]:
    """Give the rows a problem has caused, in the order they were posted."""
    query = select(LedgerRow).where(col(LedgerRow.problem_no) == problem_no)
    return tuple(await session.scalars(query.order_by(col(LedgerRow.id))))


def _values(
    problem_no: str,
    recorded: Recorded,
    event: PointsDeducted | PointsRepriced | PointsReversed,
) -> dict[str, Any]:
    """One deduction may be repriced more than once: each row is named by its event."""
    row = {
        "problem_no": problem_no,
        "seq": recorded.seq,
        "rule_id": event.rule_id,
        "occurrence": event.occurrence,
        "fact": event.fact.value,
        "district": event.district,
        "year": event.year,
        "on_day": event.on,
        "points": event.points,
        "clause": event.clause,
        "policy": event.policy,
        "planned_at": recorded.at,
        "counted": 0,
    }
    if isinstance(event, PointsReversed):
        taken_back = {"kind": REVERSAL, "reverses": event.deduction}
        return row | taken_back | {"capped": False, "paper": ""}
    if isinstance(event, PointsRepriced):
        less = {"kind": REPRICING, "reverses": event.deduction, "occurrence": recorded.seq}
        return row | less | {"capped": False, "paper": ""}
    return row | {
        "kind": DEDUCTION,
        "reverses": 0,
        "capped": event.capped,
        "paper": event.paper,
        "planned_at": event.planned_at or recorded.at,
        "counted": event.counted,
    }
