"""The names of the six batches 六个一批, read from the record of who named them when."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.catalogues.six_batches import Batches, demand_nameable, renamed
from store.engine import Database
from store.registers.register_changes import Register, RegisterAct, details_of, note
from store.tables import RegisterChangeRow

_LOCK = "six-batches"


async def in_force(session: AsyncSession) -> Batches:
    """Give the six batches by the names they have now."""
    kept = select(RegisterChangeRow).where(
        col(RegisterChangeRow.kept_in) == Register.SIX_BATCHES.value
    )
    rows = await session.scalars(kept.order_by(col(RegisterChangeRow.id)))
    return renamed({row.subject: str(details_of(row)["name"]) for row in rows})


async def rename(db: Database, code: str, name: str, by_id: str) -> Batches:
    """Name a batch; the name it has already changes nothing.

    Raises KeyError for a code that is none of the six, WrongContent for a name that cannot be used.
    """
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        batches = await in_force(session)
        was = batches.by_code(code)
        demand_nameable(batches, code, name)
        if was.label != name:
            told = {"name": name, "was": was.short}
            note(db, session, by_id, Register.SIX_BATCHES, RegisterAct.CHANGED, code, told)
            await session.flush()
        return await in_force(session)
