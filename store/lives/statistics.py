"""What the statistics page counts: the problems transferred in a year, by whatever they are told apart.

Everything is added up by the database; no problem is read whole. What was withdrawn or merged into
another counts nowhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, case, extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.stages import ENDED, WITH_DISTRICT, Stage
from store.lives.lists import is_late
from store.points import ledger
from store.tables import LedgerRow, ProblemRow

_COUNTED_NOWHERE = (Stage.WITHDRAWN.value, Stage.MERGED.value)
_ENDED = tuple(stage.value for stage in ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many were transferred, and of those: still open, past their date, on the list, closed."""

    transferred: int = 0
    open: int = 0
    overdue: int = 0
    listed: int = 0
    closed: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Add two groups up."""
        return Figures(
            transferred=self.transferred + other.transferred,
            open=self.open + other.open,
            overdue=self.overdue + other.overdue,
            listed=self.listed + other.listed,
            closed=self.closed + other.closed,
        )


@dataclass(frozen=True, slots=True)
class Month:
    """What one month of a year brought: problems transferred and closed, and deductions."""

    month: int
    transferred: int
    closed: int
    deductions: int


async def by_district(session: AsyncSession, year: int, now: datetime) -> dict[str, Figures]:
    """Count by the unit that has the problem now."""
    return await _grouped(session, year, now, col(ProblemRow.district))


async def by_source(session: AsyncSession, year: int, now: datetime) -> dict[str, Figures]:
    """Count by where the clue came from."""
    return await _grouped(session, year, now, col(ProblemRow.clue_source))


async def by_batch(session: AsyncSession, year: int, now: datetime) -> dict[str, Figures]:
    """Count by the batch of the six 六个一批; "" for none."""
    return await _grouped(session, year, now, col(ProblemRow.six_batch))


async def by_content(session: AsyncSession, year: int, now: datetime) -> dict[str, Figures]:
    """Count by key content; a problem of several counts in each, one of none under ""."""
    found: defaultdict[str, Figures] = defaultdict(Figures)
    for contents, figures in (await _grouped(session, year, now, col(ProblemRow.contents))).items():
        for code in contents.split() or [""]:
            found[code] += figures
    return dict(found)


async def _grouped(
    session: AsyncSession, year: int, now: datetime, column: Any
) -> dict[str, Figures]:
    is_open = col(ProblemRow.stage).not_in(_ENDED)
    counted = (
        is_open,
        and_(is_open, is_late(now)),
        col(ProblemRow.listed).is_(True),
        col(ProblemRow.stage) == Stage.CLOSED.value,
    )
    sums = [func.sum(case((one, 1), else_=0)) for one in counted]
    rows = await session.execute(
        select(column, func.count(), *sums).where(*_of(year)).group_by(column)
    )
    return {
        key: Figures(
            transferred=number,
            open=int(open_),
            overdue=int(overdue),
            listed=int(listed),
            closed=int(closed),
        )
        for key, number, open_, overdue, listed, closed in rows
    }


async def days_to_closure(session: AsyncSession, year: int) -> dict[str, float]:
    """Give the median number of days from transfer to closure, by unit, of what has been closed."""
    columns = (
        col(ProblemRow.district),
        col(ProblemRow.transferred_on),
        col(ProblemRow.closed_on),
    )
    closed = (*_of(year), col(ProblemRow.closed_on).is_not(None))
    rows = await session.execute(select(*columns, func.count()).where(*closed).group_by(*columns))
    days: defaultdict[str, list[int]] = defaultdict(list)
    for district, transferred_on, closed_on, number in rows:
        if transferred_on is not None and closed_on is not None:
            days[district] += [(closed_on - transferred_on).days] * number
    return {district: median(found) for district, found in days.items()}


async def by_month(session: AsyncSession, year: int) -> tuple[Month, ...]:
    """Give the twelve months of a year."""
    transferred = await _months(session, col(ProblemRow.transferred_on), _of(year))
    closed = await _months(
        session, col(ProblemRow.closed_on), (_within(col(ProblemRow.closed_on), year),)
    )
    deducted = await _months(
        session,
        col(LedgerRow.on_day),
        (col(LedgerRow.year) == year, col(LedgerRow.kind) == ledger.DEDUCTION),
    )
    return tuple(
        Month(month, transferred[month], closed[month], deducted[month]) for month in range(1, 13)
    )


async def _months(
    session: AsyncSession, column: Any, conditions: Iterable[ColumnElement[bool]]
) -> Counter[int]:
    month = extract("month", column)
    rows = await session.execute(select(month, func.count()).where(*conditions).group_by(month))
    return Counter({int(found): number for found, number in rows})


async def falling_due(session: AsyncSession, first: date, last: date) -> Mapping[date, int]:
    """Count what districts owe by each of the days from `first` to `last`."""
    due_on = col(ProblemRow.due_on)
    awaited = [stage.value for stage in WITH_DISTRICT]
    rows = await session.execute(
        select(due_on, func.count())
        .where(due_on.between(first, last), col(ProblemRow.stage).in_(awaited))
        .group_by(due_on)
    )
    return {day: number for day, number in rows if day is not None}


def _of(year: int) -> tuple[ColumnElement[bool], ...]:
    return (
        _within(col(ProblemRow.transferred_on), year),
        col(ProblemRow.stage).not_in(_COUNTED_NOWHERE),
    )


def _within(column: Any, year: int) -> ColumnElement[bool]:
    within: ColumnElement[bool] = column.between(date(year, 1, 1), date(year, 12, 31))
    return within
