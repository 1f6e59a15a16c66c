"""The event log: what happened to each problem, in order, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.events import Recorded
from domain.roles import Actor, Role
from store.codec import event_from, to_text
from store.tables import EventRow


async def timeline(session: AsyncSession, problem_no: str) -> tuple[Recorded, ...]:
    """Give everything that happened to a problem; empty for an unknown number."""
    return await since(session, problem_no, 1)


async def since(session: AsyncSession, problem_no: str, first_seq: int) -> tuple[Recorded, ...]:
    """Give what happened to a problem from the event number `first_seq` on."""
    rows = await session.scalars(
        select(EventRow)
        .where(col(EventRow.problem_no) == problem_no, col(EventRow.seq) >= first_seq)
        .order_by(col(EventRow.seq))
    )
    return tuple(recorded_of(row) for row in rows)


async def of_problems(
    session: AsyncSession, problem_nos: Sequence[str]
) -> dict[str, list[Recorded]]:
    """Give everything that happened to several problems, each in order."""
    rows = await session.scalars(
        select(EventRow)
        .where(col(EventRow.problem_no).in_(problem_nos))
        .order_by(col(EventRow.problem_no), col(EventRow.seq))
    )
    lives: dict[str, list[Recorded]] = {}
    for row in rows:
        lives.setdefault(row.problem_no, []).append(recorded_of(row))
    return lives


async def problems_with_any(session: AsyncSession) -> list[str]:
    """Give the numbers of all problems to which anything happened, in order."""
    number = col(EventRow.problem_no)
    return list(await session.scalars(select(number).distinct().order_by(number)))


async def append(
    session: AsyncSession, problem_no: str, generation: int, recorded: Sequence[Recorded]
) -> None:
    """Add events; a number that is already there is an IntegrityError."""
    rows = [{**values(problem_no, one), "generation": generation} for one in recorded]
    await session.execute(insert(EventRow), rows)


def recorded_of(row: EventRow) -> Recorded:
    """Read one row."""
    by = Actor(row.by_id, Role(row.by_role))
    event = event_from(row.tag, row.body)
    return Recorded(seq=row.seq, at=row.at, by=by, cause=row.cause, event=event)


def values(problem_no: str, recorded: Recorded) -> dict[str, Any]:
    """Give the row of an event, but for its generation."""
    return {
        "problem_no": problem_no,
        "seq": recorded.seq,
        "at": recorded.at,
        "tag": recorded.event.tag,
        "by_id": recorded.by.id,
        "by_role": recorded.by.role.value,
        "cause": recorded.cause,
        "body": to_text(recorded.event),
    }
