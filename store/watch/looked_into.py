"""How each problem stood when its histories and files were last read and nothing differed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.tables import LookedIntoRow, ShutDoorsRow

READ_AGAIN_AFTER = timedelta(days=30)
"""What nobody touched is read once more all the same: a file may rot."""
_AT_ONCE = 500


async def marks(db: Database, session: AsyncSession) -> dict[str, str]:
    """Give the marks that count: of the last thirty days, and of after the last restore that was noticed."""
    restored_at = await session.scalar(select(func.max(col(ShutDoorsRow.shut_at))))
    since = db.now() - READ_AGAIN_AFTER
    counts = col(LookedIntoRow.looked_at) > max(since, restored_at or since)
    wanted = select(col(LookedIntoRow.problem_no), col(LookedIntoRow.state)).where(counts)
    return dict((await session.execute(wanted)).all())


async def mark(db: Database, states: Mapping[str, str]) -> None:
    """Note that all was the same when the problems stood so."""
    now = db.now()
    rows = [
        {"problem_no": number, "state": state, "looked_at": now}
        for number, state in sorted(states.items())
    ]
    insert = db.insert(LookedIntoRow)
    renewed = insert.on_conflict_do_update(
        index_elements=["problem_no"],
        set_={"state": insert.excluded.state, "looked_at": insert.excluded.looked_at},
    )
    for start in range(0, len(rows), _AT_ONCE):
        async with db.writing() as session:
            await session.execute(renewed, rows[start : start + _AT_ONCE])


async def unmark(db: Database, numbers: Iterable[str]) -> None:
    """Take back what was noted of problems that agree no more: every look goes on to read them."""
    async with db.writing() as session:
        for number in numbers:
            of_problem = col(LookedIntoRow.problem_no) == number
            await session.execute(delete(LookedIntoRow).where(of_problem))
