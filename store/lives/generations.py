"""Which generation of a problem's records counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.tables import GenerationRow


async def of_problem(session: AsyncSession, problem_no: str) -> int:
    """Give the generation of a problem's records that counts; 0 while they were never rebuilt."""
    return (await of_problems(session, [problem_no])).get(problem_no, 0)


async def of_problems(session: AsyncSession, problem_nos: Sequence[str]) -> dict[str, int]:
    """Give the generation that counts of each of some problems that were ever rebuilt."""
    number = col(GenerationRow.problem_no)
    latest = select(number, func.max(col(GenerationRow.generation))).group_by(number)
    return dict((await session.execute(latest.where(number.in_(problem_nos)))).all())


def begin(session: AsyncSession, problem_no: str, generation: int, at: datetime) -> None:
    """Let a generation count from now on."""
    session.add(GenerationRow(problem_no=problem_no, generation=generation, counts_from=at))
