"""Registers kept by list: an entry is made by somebody, taken back by somebody, never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.problem import Problem
from store.engine import Database
from store.tables import RegisterRow

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Entry = TypeVar("Entry", bound="DataclassInstance")


@dataclass(frozen=True, kw_only=True)
class Kept(Generic[Entry]):
    """Where a register is kept: a table with a column for each field of an entry.

    `day` is the field by whose day entries stand in order. `may_be_of` chooses in the table what
    may be about a problem, `is_of` decides.
    """

    table: type[RegisterRow]
    entry: type[Entry]
    day: str
    may_be_of: Callable[[Problem], ColumnElement[bool]]
    is_of: Callable[[Entry, Problem], bool] = lambda _entry, _problem: True

    @cached_property
    def _reading(self) -> TypeAdapter[Entry]:
        return TypeAdapter(self.entry)

    def read(self, row: RegisterRow) -> Entry:
        """Give the entry that a row holds."""
        names = [one.name for one in fields(self.entry)]
        return self._reading.validate_python({name: getattr(row, name) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered(Generic[Entry]):
    """An entry with who made it, and when; `known` where the same one stood already."""

    entry_id: str
    entry: Entry
    entered_by: str
    entered_at: datetime
    known: bool = False


async def enter(
    db: Database, kept: Kept[Entry], entries: Mapping[str, Entry], by_id: str
) -> tuple[Entered[Entry], ...]:
    """Make entries once under their ids, all of them or none, and give them as made first.

    One that says the same as one that stands is that one.
    """
    day = col(getattr(kept.table, kept.day))
    days = {getattr(entry, kept.day) for entry in entries.values()}
    async with db.writing() as session:
        await db.lock(session, str(kept.table.__tablename__))
        standing = col(kept.table.taken_back_at).is_(None)
        rows = await session.scalars(select(kept.table).where(standing, day.in_(days)))
        known: dict[Entry, RegisterRow] = {kept.read(row): row for row in rows}
        found = []
        for entry_id, entry in entries.items():
            row = await session.get(kept.table, entry_id) or known.get(entry)
            if row is None:
                values: dict[str, Any] = asdict(entry)
                row = kept.table(id=entry_id, **values, entered_by=by_id, entered_at=db.now())
                session.add(row)
                known[entry] = row
            found.append(replace(_entered(kept, row), known=row.id != entry_id))
        return tuple(found)


async def take_back(db: Database, kept: Kept[Entry], entry_id: str, by_id: str) -> bool:
    """Take an entry back that was made wrongly; False where none stands under the id.

    Taken back by the same person again, it stays as it is.
    """
    async with db.writing() as session:
        row = await session.get(kept.table, entry_id)
        if row is None:
            return False
        if row.taken_back_at is None:
            row.taken_back_by, row.taken_back_at = by_id, db.now()
        return row.taken_back_by == by_id


async def listed(
    session: AsyncSession, kept: Kept[Entry], *wanted: ColumnElement[bool]
) -> tuple[Entered[Entry], ...]:
    """Give the entries that stand and are wanted, the latest first."""
    query = select(kept.table).where(col(kept.table.taken_back_at).is_(None), *wanted)
    order = (col(getattr(kept.table, kept.day)).desc(), col(kept.table.id))
    return tuple(_entered(kept, row) for row in await session.scalars(query.order_by(*order)))


async def of_problem(
    session: AsyncSession, kept: Kept[Entry], problem: Problem
) -> tuple[Entry, ...]:
    """Give the entries about a problem, the latest first."""
    near = await listed(session, kept, kept.may_be_of(problem))
    return tuple(one.entry for one in near if kept.is_of(one.entry, problem))


def _entered(kept: Kept[Entry], row: RegisterRow) -> Entered[Entry]:
    return Entered(
        entry_id=row.id, entry=kept.read(row), entered_by=row.entered_by, entered_at=row.entered_at
    )
