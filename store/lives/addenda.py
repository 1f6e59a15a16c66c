"""Addenda 补记: what is noted of a problem after its life has ended, beside the life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.addenda import Addendum, Afterwards, add, with_addenda
from domain.rules import Rules
from store.codec import problem_from, to_text
from store.engine import Database
from store.lives import event_log, generations, problems
from store.tables import AddendumRow, ProblemRow

_ADDENDUM = TypeAdapter(Addendum)


async def of_problem(session: AsyncSession, problem_no: str) -> tuple[Addendum, ...]:
    """Give a problem's addenda in their order."""
    rows = await session.scalars(
        select(AddendumRow)
        .where(col(AddendumRow.problem_no) == problem_no)
        .order_by(col(AddendumRow.number))
    )
    return tuple(_ADDENDUM.validate_json(row.body) for row in rows)


async def of_problems(
    session: AsyncSession, problem_nos: Sequence[str]
) -> dict[str, list[Addendum]]:
    """Give the addenda of several problems, each in order."""
    rows = await session.scalars(
        select(AddendumRow)
        .where(col(AddendumRow.problem_no).in_(problem_nos))
        .order_by(col(AddendumRow.problem_no), col(AddendumRow.number))
    )
    found: dict[str, list[Addendum]] = {}
    for row in rows:
        found.setdefault(row.problem_no, []).append(_ADDENDUM.validate_json(row.body))
    return found


def counting(
    told: Sequence[Addendum] | None, there: Sequence[Mapping[str, Any]]
) -> tuple[Addendum, ...]:
    """Say which addenda count: those that are `told`, or the rows `there` where they only go on from these.

    None is told by a source that knows nothing of them. Raises ValueError where a row cannot be read.
    """
    right = [values(one) for one in told or ()]
    if told is None or [dict(row) for row in there[: len(right)]] == right:
        return tuple(_ADDENDUM.validate_json(row["body"]) for row in there)
    return tuple(told)


async def counted(session: AsyncSession) -> dict[str, int]:
    """Give how many addenda each problem has that has any."""
    number = func.count()
    found = await session.execute(
        select(col(AddendumRow.problem_no), number).group_by(col(AddendumRow.problem_no))
    )
    return {row[0]: row[1] for row in found}


async def note(
    db: Database, problem_no: str, command: Afterwards, cause: str, rules: Rules
) -> ProblemRow | None:
    """Note an addendum once per `cause` and give the row it leaves; raises Refusal.

    None where the problem's life has not ended, as far as it is recorded.
    """
    async with db.writing() as session:
        await db.lock_problem(session, problem_no)
        row = await problems.row(session, problem_no)
        if row is None or not problem_from(row.body).ended:
            return None
        earlier = await of_problem(session, problem_no)
        if all(one.cause != cause for one in earlier):
            await _note(session, db, row, earlier, command, cause, rules)
        return row


async def _note(
    session: AsyncSession,
    db: Database,
    row: ProblemRow,
    earlier: Sequence[Addendum],
    command: Afterwards,
    cause: str,
    rules: Rules,
) -> None:
    problem = problem_from(row.body)
    last = (await event_log.since(session, row.problem_no, row.seq))[-1]
    added = add(problem, last, earlier, command, cause=cause, now=db.now(), rules=rules)
    await append(session, [added], await generations.of_problem(session, row.problem_no))
    values = problems.columns(with_addenda(problem, [added]), added.at)
    await session.execute(
        update(ProblemRow)
        .where(col(ProblemRow.problem_no) == row.problem_no)
        .values(values)
        .execution_options(synchronize_session=False)
    )


async def append(session: AsyncSession, added: Sequence[Addendum], generation: int) -> None:
    """Add addenda; a number that is already there is an IntegrityError."""
    rows = [{**values(one), "generation": generation} for one in added]
    if rows:
        await session.execute(insert(AddendumRow), rows)


def values(one: Addendum) -> dict[str, Any]:
    """Give the row of an addendum, but for its generation."""
    return {
        "problem_no": one.problem_no,
        "number": one.number,
        "cause": one.cause,
        "tag": one.event.tag,
        "at": one.at,
        "sha256": one.sha256,
        "body": to_text(one),
    }
