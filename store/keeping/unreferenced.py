"""Files of the evidence that nothing refers to: found at a first look, let go at a second.

A file is referred to when its address stands anywhere in the store: every text of every table is read, so that a
table added later is read as well. A row that moves from one table to another while they are read may be missed;
that is one reason for the second look, a day later. The other is a paper that was committed meanwhile.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import String, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import col

from store.engine import Database
from store.tables import DraftRow, InboxFileRow, RequestRow, UnreferencedRow
from store.tables import Table as Ours

BETWEEN_LOOKS = timedelta(days=1)

_ADDRESS = re.compile(r"(?=([0-9a-f]{64}))")
"""Wherever it begins, were it in the middle of other digits."""
_AT_ONCE = 500
_NOT_READ = frozenset({"unreferenced", "problem_texts"})
_FIRST = (DraftRow.__tablename__, RequestRow.__tablename__)
"""Out of these rows go into others: read before them, one that moves is met at least once."""


async def unreferred(db: Database, addresses: Collection[str]) -> set[str]:
    """Give those of the addresses that stand nowhere in the store."""
    left = await _not_handed_in(db, addresses)
    for table in _tables():
        if not left:
            break
        left -= await _named_in(db, table, left)
    return left


async def _not_handed_in(db: Database, addresses: Collection[str]) -> set[str]:
    """Take out what districts handed in, nearly all there is, by the index."""
    left = set(addresses)
    async with db.reading() as session:
        for some in _some(left):
            known = select(col(InboxFileRow.sha256)).where(col(InboxFileRow.sha256).in_(some))
            left -= set(await session.scalars(known))
    return left


def _some(addresses: Collection[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(addresses)
    return (ordered[at : at + _AT_ONCE] for at in range(0, len(ordered), _AT_ONCE))


def _tables() -> Iterable[Table]:
    tables = [one for one in Ours.metadata.sorted_tables if one.name not in _NOT_READ]
    return sorted(tables, key=lambda one: one.name not in _FIRST)


async def _named_in(db: Database, table: Table, wanted: set[str]) -> set[str]:
    texts = [column for column in table.columns if _is_text(column.type)]
    named: set[str] = set()
    if not texts:
        return named
    async with db.reading() as session:
        rows = await session.stream(select(*texts).execution_options(yield_per=_AT_ONCE))
        async for some in rows.partitions():
            named |= await asyncio.to_thread(_addresses_in, some, wanted)
    return named


def _is_text(kind: TypeEngine[Any]) -> bool:
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return isinstance(plain, String)


def _addresses_in(rows: Iterable[Iterable[Any]], wanted: set[str]) -> set[str]:
    texts = (text for row in rows for text in row if text)
    return {one for text in texts for one in _ADDRESS.findall(text) if one in wanted}


async def note(db: Database, found: Collection[str]) -> None:
    """Write down what nothing refers to now; what is no more among it is forgotten."""
    now = db.now()
    async with db.writing() as session:
        await db.lock(session, "unreferenced")
        known = set(await session.scalars(select(col(UnreferencedRow.sha256))))
        for some in _some(known - set(found)):
            gone = col(UnreferencedRow.sha256).in_(some)
            await session.execute(delete(UnreferencedRow).where(gone))
        rows = [{"sha256": one, "found_at": now} for one in sorted(set(found) - known)]
        await db.insert_new(session, UnreferencedRow, rows)


async def seen_before(session: AsyncSession, db: Database) -> set[str]:
    """Give what a look long enough ago had found."""
    before = db.now() - BETWEEN_LOOKS
    wanted = select(col(UnreferencedRow.sha256)).where(col(UnreferencedRow.found_at) <= before)
    return set(await session.scalars(wanted))


async def forget(db: Database, addresses: Collection[str]) -> None:
    """Forget what is gone, or was brought in again."""
    async with db.writing() as session:
        for some in _some(addresses):
            of_these = col(UnreferencedRow.sha256).in_(some)
            await session.execute(delete(UnreferencedRow).where(of_these))


async def waiting(session: AsyncSession) -> int:
    """Count the files that wait for their second look."""
    return await session.scalar(select(func.count()).select_from(UnreferencedRow)) or 0
