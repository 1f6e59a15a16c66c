"""The ledger page by page in an order that somebody chose, forwards and backwards, with its count."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.lives.lists import ProblemFilter, conditions, count, without_body
from store.tables import ProblemRow


class Sort(StrEnum):
    """In which order; within the same value by number."""

    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"
    DISTRICT = "district"
    LEVEL = "level"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """The rows of one page (without `body`), which page it is, of how many, and how many rows in all."""

    rows: tuple[ProblemRow, ...]
    number: int
    pages: int
    total: int


async def numbered(
    session: AsyncSession, wanted: ProblemFilter, sort: Sort, number: int, limit: int
) -> Numbered:
    """Give a page by its number, counted from 1; the last one where there are not so many."""
    total = await count(session, conditions(session, wanted))
    pages = max(1, -(-total // limit))
    number = min(max(1, number), pages)
    query = without_body().where(*conditions(session, wanted)).order_by(*order(sort))
    rows = await session.scalars(query.limit(limit).offset((number - 1) * limit))
    return Numbered(rows=tuple(rows), number=number, pages=pages, total=total)


async def numbers(session: AsyncSession, wanted: ProblemFilter, sort: Sort) -> list[str]:
    """Give the numbers of all problems that are wanted, in their order."""
    number = col(ProblemRow.problem_no)
    query = select(number).where(*conditions(session, wanted)).order_by(*order(sort))
    return list(await session.scalars(query))


def order(sort: Sort) -> tuple[Any, ...]:
    """Give what the rows are ordered by; what has no due date comes last."""
    number = col(ProblemRow.problem_no)
    if sort is Sort.NEWEST:
        return (number.desc(),)
    first = {
        Sort.DUE: (col(ProblemRow.due_at).asc().nulls_last(),),
        Sort.DISTRICT: (col(ProblemRow.district),),
        Sort.LEVEL: (col(ProblemRow.level).desc(),),
    }
    return (*first.get(sort, ()), number)
