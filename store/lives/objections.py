"""How often a district said that a problem was not its own, and how often it was right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.local_time import day_of, midnight_ending
from store.lives import problems
from store.tables import EventRow

_RAISED = "objection:raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objections:
    """One district's objections of a year; what is neither upheld nor refused still waits."""

    district: str
    raised: int
    upheld: int
    refused: int


async def by_district(session: AsyncSession, year: int) -> tuple[Objections, ...]:
    """Count the objections raised in `year`, by the district that raised them."""
    raised: Counter[str] = Counter()
    answers: Counter[tuple[str, bool]] = Counter()
    for number in await _problems_with_any(session, year):
        problem = await problems.get(session, number)
        for one in problem.objections if problem else ():
            if day_of(one.received_at).year == year:
                raised[one.district] += 1
                if one.upheld is not None:
                    answers[one.district, one.upheld] += 1
    return tuple(
        Objections(
            district=code,
            raised=number,
            upheld=answers[code, True],
            refused=answers[code, False],
        )
        for code, number in raised.most_common()
    )


async def _problems_with_any(session: AsyncSession, year: int) -> list[str]:
    """Give the numbers of problems with an objection recorded in or just after `year`."""
    first, last = _bounds(year)
    found = await session.scalars(
        select(col(EventRow.problem_no))
        .where(col(EventRow.tag) == _RAISED, col(EventRow.at) >= first, col(EventRow.at) < last)
        .distinct()
        .order_by(col(EventRow.problem_no))
    )
    return list(found)


def _bounds(year: int) -> tuple[datetime, datetime]:
    """An objection received on New Year's Eve may be recorded days later."""
    eve = date(year, 1, 1) - timedelta(days=1)
    return midnight_ending(eve), midnight_ending(date(year + 1, 1, 31))
