"""Which runs' histories were exported, and where they lie."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.tables import ArchiveRow


async def add(db: Database, row: ArchiveRow) -> None:
    """Enter an exported run; a closed run has one history, so its first entry stands."""
    async with db.writing() as session:
        if await session.get(ArchiveRow, row.run_id) is None:
            await db.insert_new(session, ArchiveRow, [row.model_dump()])


async def known(session: AsyncSession, run_ids: Collection[str]) -> set[str]:
    """Give those of the runs that are exported already."""
    query = select(ArchiveRow.run_id).where(col(ArchiveRow.run_id).in_(run_ids))
    return set(await session.scalars(query))


async def of_problem(session: AsyncSession, problem_no: str) -> tuple[ArchiveRow, ...]:
    """Give the exported runs of a problem, oldest first."""
    query = select(ArchiveRow).where(col(ArchiveRow.problem_no) == problem_no)
    order = (col(ArchiveRow.archived_at), col(ArchiveRow.run_id))
    return tuple(await session.scalars(query.order_by(*order)))


async def everything(session: AsyncSession) -> tuple[ArchiveRow, ...]:
    """Give every exported run."""
    return tuple(await session.scalars(select(ArchiveRow)))
