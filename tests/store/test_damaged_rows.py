"""Whatever column of a record is damaged, and however badly, the comparison names it and a rebuild cures it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from command_line.lives_told import Source, teller
from command_line.told_life import lived
from domain import commands as c
from domain.rebuilding import Book
from settings import Settings
from store.engine import Database
from store.lives import addenda, generations
from store.lives.as_lived import Lived
from store.lives.comparing import compare
from store.tables import AddendumRow, EventRow, LedgerRow, NoticeRow, ProblemRow
from store.tables.generations import EVERY_GENERATION
from tests.store.test_rebuilding import compared, live, rebuilt, rows_of, told_by
from tests.store.test_switching import named
from tests.worlds.databases import SteppingClock
from tests.worlds.guards import past_the_guards
from tests.worlds.life import SUPERVISOR

BOOKS: dict[Book, Any] = {
    Book.EVENTS: EventRow,
    Book.LEDGER: LedgerRow,
    Book.NOTICES: NoticeRow,
    Book.PROBLEM: ProblemRow,
    Book.ADDENDA: AddendumRow,
}
NOT_OF_A_LIFE = {
    ("ledger", "id"),
    ("notices", "state"),
    ("notices", "obsolete_why"),
    ("notices", "digest_id"),
}
"""What the store itself gave, and what became of a notice."""


async def ended(db: Database) -> Lived:
    """A life with points, notices and an end, after which something was noted."""
    told, db.now = told_by("silent"), SteppingClock(datetime(2025, 6, 1, tzinfo=UTC))
    await live(db, told)
    mark = c.MarkTypicalCase(typical=True, reason="示例", by=SUPERVISOR)
    assert await addenda.note(db, told.problem_no, mark, "k1", told.rules) is not None
    async with db.reading() as session:
        added = await addenda.of_problem(session, told.problem_no)
    assert len(added) == 1
    return lived(told, added)


_OTHER = {
    "DATETIME": "'1999-01-01'",
    "DATE": "'1999-01-01'",
    "INTEGER": "77",
    "BOOLEAN": "NOT {}",
}


def damages(db: Database, table: Any) -> list[tuple[str, str]]:
    """One act of damage for each column: another value, on SQLite one that is none of its kind."""
    name, found = table.__tablename__, []
    for column in table.__table__.columns:
        if (name, column.name) in NOT_OF_A_LIFE:
            continue
        if db.on_sqlite and str(column.type) != "BOOLEAN":
            value = f"'not {column.name}'"
        else:
            value = _OTHER.get(str(column.type), "'not right'").format(column.name)
        found.append((column.name, value))
    return found


def damage(db: Database, table: Any, column: str, value: str) -> str:
    """The statement that damages one row."""
    name, row = table.__tablename__, "rowid" if db.on_sqlite else "ctid"
    first = f"SELECT {row} FROM {name} LIMIT 1"  # noqa: S608 - fixed names
    return f'UPDATE {name} SET "{column}" = {value} WHERE {row} = ({first})'  # noqa: S608


async def without_guards(db: Database, session: AsyncSession) -> None:
    """Take the guards away until the transaction is rolled back."""
    if not db.on_sqlite:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in list(await session.scalars(triggers)):
        await session.execute(text(f"DROP TRIGGER {name}"))


@pytest.mark.parametrize("book", list(Book))
async def test_each_damaged_column_is_named(db: Database, book: Book) -> None:
    table, right = BOOKS[book], await ended(db)
    (fine,) = await compared(db, right)
    assert fine.differences == ()
    async with db.writing() as session:
        await without_guards(db, session)
        for column, value in damages(db, table):
            nested = await session.begin_nested()
            await session.execute(text(damage(db, table, column, value)))
            (found,) = await compare(session, [right])
            await nested.rollback()
            named = [one for one in found.differences if one.book is book]
            assert named, column
            assert all(one.words for one in named)
            assert column in _KEYS or {one.column for one in named} == {column}
        await session.rollback()


_KEYS = {
    *("generation", "problem_no", "seq", "number", "key"),
    *("rule_id", "occurrence", "kind"),
}
"""By which rows are known: another value is another row."""


async def test_what_was_damaged_everywhere_at_once_is_cured(db: Database) -> None:
    right = await ended(db)
    before = await rows_of(db)
    async with db.reading() as session:
        noted = await addenda.of_problem(session, right.problem_no)
    done = [
        damage(db, table, column, value)
        for table in BOOKS.values()
        for column, value in damages(db, table)
        if column not in ("problem_no", "seq", "number", "key", "generation")
    ]
    await past_the_guards(db, *done)
    assert await rebuilt(db, right) == (1, [])
    (found,) = await compared(db, right)
    assert found.differences == ()
    assert await rows_of(db) == before
    async with db.reading() as session:
        assert await addenda.of_problem(session, right.problem_no) == noted
        assert await generations.of_problem(session, right.problem_no) == 1


async def test_a_row_under_a_forged_generation_is_in_nobodys_way(db: Database) -> None:
    right = await ended(db)
    await past_the_guards(db, "UPDATE events SET generation = 1 WHERE seq = 1")
    assert await rebuilt(db, right) == (1, [])
    (found,) = await compared(db, right)
    assert found.differences == ()
    async with db.reading() as session:
        forged = text("SELECT count(*) FROM events WHERE generation = 1")
        assert await session.scalar(forged.execution_options(**{EVERY_GENERATION: True})) == 1


async def test_an_event_log_that_cannot_be_read_is_named_and_the_others_told(db: Database) -> None:
    right = await ended(db)
    other = named(told_by("silent"), "CQ2024-7001")
    await live(db, other)
    await past_the_guards(
        db,
        f"UPDATE events SET body = '{{}}' WHERE seq = 2 AND problem_no = '{right.problem_no}'",  # noqa: S608
    )
    settings = Settings(_env_file=None)
    async with teller(settings, db, Source.LOG) as lives:
        (told,) = [one async for one in lives.tell([right.problem_no, other.problem_no])]
    assert [one.problem_no for one in told.lives] == [other.problem_no]
    ((number, why),) = told.untold
    assert (number, "事件记录" in why) == (right.problem_no, True)
