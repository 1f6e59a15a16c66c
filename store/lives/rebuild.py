"""Dropping the read model and folding it anew from the event log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from domain.events import Recorded
from store.codec import problem_from
from store.engine import Database
from store.lives import addenda, event_log, generations, texts
from store.lives.as_lived import problem_row
from store.points import ledger
from store.tables import EventRow, LedgerRow, ProblemRow

_AT_A_TIME = 200
_CARRIED: dict[str, Any] = {
    "row_key": None,
    "policy": "",
    "policy_hash": "",
    "calendar": "",
    "calendar_hash": "",
    "rules_version": 0,
}
"""What stands on a problem's row and does not follow from its events, as it is when not known."""


async def rebuild(db: Database) -> int:
    """Fold every problem anew and give how many there are; the rows are the same byte for byte."""
    async with db.writing() as session:
        return await rebuild_in(db, session)


async def rebuild_in(db: Database, session: AsyncSession) -> int:
    """Fold every problem anew within a transaction that is under way.

    `row_key` says from which list a problem came and is no part of its life: it is carried over,
    as is what the life is judged by. What the ledger has lost is posted again. Writers wait until
    it is done.
    """
    await db.lock_everything(session)
    found = await session.execute(
        select(ProblemRow.problem_no, *(getattr(ProblemRow, name) for name in _CARRIED))
    )
    carried = {row.problem_no: dict(row._mapping) for row in found}
    await session.execute(delete(ProblemRow))
    await texts.forget_all(session)
    numbers = list(await session.scalars(select(EventRow.problem_no).distinct()))
    for start in range(0, len(numbers), _AT_A_TIME):
        lives = await event_log.of_problems(session, numbers[start : start + _AT_A_TIME])
        added = await addenda.of_problems(session, list(lives))
        rows = [
            problem_row(
                life, added.get(problem_no, []), {**_CARRIED, **carried.get(problem_no, {})}
            )
            for problem_no, life in lives.items()
        ]
        await session.execute(insert(ProblemRow), rows)
        await texts.add(session, [problem_from(row["body"]) for row in rows])
        await _post_lost(db, session, lives)
    return len(numbers)


async def _post_lost(db: Database, session: AsyncSession, lives: dict[str, list[Recorded]]) -> None:
    """Post again what the ledger has lost; a row that is there is not even tried to be written."""
    rows = [row for problem_no, life in lives.items() for row in ledger.rows_of(problem_no, life)]
    there = await ledger.posted(session, list(lives))
    counting = await generations.of_problems(session, list(lives))
    lost = [
        {**row, "generation": counting.get(row["problem_no"], 0)}
        for row in rows
        if tuple(row[name] for name in ledger.SAME) not in there
    ]
    await db.insert_new(session, LedgerRow, lost)
