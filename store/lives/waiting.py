"""What waits for the bureau: what people do one by one, and what comes by the list, bounded however long."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.events import BureauDuty
from domain.problem import Problem
from domain.stages import Stage
from store.codec import problem_from
from store.registers.rule_books import Judged
from store.tables import ProblemRow

BY_THE_LIST = frozenset({BureauDuty.SERVICE, BureauDuty.REGISTER, BureauDuty.POINTS_SERVICE})
"""Duties that a list of transfers brings by the hundred, alike for all."""

MOST = 1000
"""So many problems that wait by the list alone are read; of the others one knows how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Problems on which the bureau owes something, by what each is judged; `unread` are not among them."""

    problems: tuple[tuple[Problem, Judged], ...]
    unread: int = 0


async def waiting_for_us(session: AsyncSession, most: int = MOST) -> Waiting:
    """Give the problems on which the bureau owes something.

    All of those with something to do one by one: by when each is owed says no column, and the most urgent
    may be the newest. Of those that wait by the list alone the `most` whose dates are the nearest.
    """
    alike, apart = await _ways_of_waiting(session)
    untransferred = and_(
        col(ProblemRow.stage) == Stage.REGISTERED.value, col(ProblemRow.waiting) == ""
    )
    by_list = or_(untransferred, col(ProblemRow.waiting).in_(alike))
    one_by_one = await _read(session, col(ProblemRow.waiting).in_(apart))
    nearest = await _read(session, by_list, most)
    unread = 0 if len(nearest) < most else await _number(session, by_list) - most
    return Waiting(problems=(*one_by_one, *nearest), unread=unread)


async def _ways_of_waiting(session: AsyncSession) -> tuple[list[str], list[str]]:
    """Tell apart what stands in `waiting`: what comes by the list alone, and the rest."""
    waiting = col(ProblemRow.waiting)
    ways = list(await session.scalars(select(waiting).where(waiting > "").distinct()))
    alike = [way for way in ways if _named(way) <= BY_THE_LIST]
    return alike, [way for way in ways if way not in alike]


def _named(waiting: str) -> set[BureauDuty]:
    return {BureauDuty(name) for name in waiting.strip("|").split("|")}


async def _number(session: AsyncSession, *wanted: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(ProblemRow).where(*wanted)
    return (await session.scalars(query)).one()


async def _read(
    session: AsyncSession, wanted: ColumnElement[bool], most: int | None = None
) -> list[tuple[Problem, Judged]]:
    query = select(ProblemRow).where(wanted).limit(most)
    nearest = (col(ProblemRow.due_at).is_(None), col(ProblemRow.due_at))
    rows = await session.scalars(query.order_by(*nearest, col(ProblemRow.problem_no)))
    return [(problem_from(row.body), Judged.of(row)) for row in rows]


async def unnumbered(session: AsyncSession, limit: int) -> tuple[tuple[ProblemRow, ...], int]:
    """Give the listed problems without a number of the list, the newest first, and how many there are."""
    wanted = (col(ProblemRow.listed).is_(True), col(ProblemRow.list_number) == "")
    newest = (col(ProblemRow.listed_on).desc(), col(ProblemRow.problem_no))
    rows = await session.scalars(select(ProblemRow).where(*wanted).order_by(*newest).limit(limit))
    return tuple(rows), await _number(session, *wanted)
