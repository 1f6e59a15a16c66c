"""Migrations lead exactly to the tables of the code, on both databases."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Column, ColumnClause, Connection, insert, inspect, select, text
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table

from store.engine import Database
from store.lives import event_log, problems
from store.migrate import config, upgrade
from store.registers import rule_books
from store.tables import Table
from tests.worlds.databases import empty_url
from tests.worlds.life import Life, transferred
from tests.worlds.recorded_lives import closed_life

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def _check(connection: Connection) -> None:
    command.check(config(connection))


async def test_the_migrated_tables_are_those_of_the_code(db: Database) -> None:
    async with db.writing() as session:
        connection = await session.connection()
        await connection.run_sync(_check)


async def test_the_check_notices_a_table_that_differs(db: Database) -> None:
    async with db.reading() as session:  # the table is as it was for whoever comes after
        await session.execute(text("ALTER TABLE batches DROP COLUMN file_sha256"))
        connection = await session.connection()
        with pytest.raises(CommandError, match="file_sha256"):
            await connection.run_sync(_check)


async def test_every_table_of_the_code_is_made(db: Database) -> None:
    def names(connection: Connection) -> set[str]:
        there = inspect(connection).get_table_names()
        return {name for name in there if not name.startswith("problem_grams")}

    async with db.reading() as session:
        found = await (await session.connection()).run_sync(names)
    assert found == {*Table.metadata.tables, "alembic_version"}


async def test_no_migration_leaves_a_row_behind(db: Database) -> None:
    async with db.reading() as session:
        for table in Table.metadata.sorted_tables:
            assert not (await session.execute(select(table))).all(), table.name


@pytest.mark.parametrize("system", BOTH)
async def test_processes_that_start_together_migrate_once(
    request: pytest.FixtureRequest, system: str, tmp_path: Path
) -> None:
    url = await asyncio.to_thread(empty_url, request, system, tmp_path)
    await asyncio.gather(*(upgrade(url) for _ in range(4)))
    db = Database(url)
    async with db.reading() as session:
        versions = (await session.scalars(text("SELECT version_num FROM alembic_version"))).all()
    await db.dispose()
    assert versions == ScriptDirectory("migrations").get_heads()


@pytest.mark.parametrize("system", BOTH)
async def test_of_problems_recorded_before_it_is_not_known_by_what_they_are_judged(
    request: pytest.FixtureRequest, system: str, tmp_path: Path
) -> None:
    url = await asyncio.to_thread(empty_url, request, system, tmp_path)
    number = await of_before(url, closed_life())
    db = Database(url)
    await upgrade(url)
    async with db.reading() as session:
        found = await problems.row(session, number)
        assert await rule_books.unknown(session) == [number]
    await db.dispose()
    assert found is not None
    assert found.row_key == "list-1#1"
    assert (found.policy, found.calendar_hash, found.rules_version) == ("", "", 0)


async def of_before(url: str, life: Life) -> str:
    """An older store with one life in it, whose problem it is; give its number."""
    await upgrade(url, "2026_11_25_handed_papers")
    number = life.problem.problem_no
    new = {"policy", "policy_hash", "calendar", "calendar_hash", "rules_version"}
    new |= {"contents", "awaits_proof", "six_batch"}
    row = problems.columns(life.problem, life.history[-1].at) | {"row_key": "list-1#1"}
    db = Database(url)
    events = [event_log.values(number, one) for one in life.history]
    async with db.writing() as session:
        for name, rows in (("events", events), ("problems", [row])):
            table = Table.metadata.tables[name]
            old = [one for one in table.columns if one.name not in new | {"generation"}]
            values = [{column.name: one[column.name] for column in old} for one in rows]
            await session.execute(insert(sql_table(name, *map(plain, old))).values(values))
    await db.dispose()
    return number


@pytest.mark.parametrize("system", BOTH)
async def test_a_migration_killed_before_the_read_model_is_folded_anew_does_both_when_it_comes_again(
    request: pytest.FixtureRequest,
    system: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = await asyncio.to_thread(empty_url, request, system, tmp_path)
    number = await of_before(url, transferred())

    async def killed(*_: object) -> int:
        raise ConnectionError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("store.migrate.rebuild_in", killed)
        with pytest.raises(ConnectionError):
            await upgrade(url)
    await upgrade(url)
    db = Database(url)
    async with db.reading() as session:
        found = await problems.row(session, number)
    await db.dispose()
    assert found is not None
    assert found.awaits_proof


def plain(column: Column[Any]) -> ColumnClause[Any]:
    """A column by name and type alone."""
    return sql_column(column.name, column.type)


async def test_migrating_a_migrated_database_changes_nothing(url: str) -> None:
    await upgrade(url)
    db = Database(url)
    async with db.writing() as session:
        await (await session.connection()).run_sync(_check)
    await db.dispose()


def test_every_revision_is_named_by_its_day() -> None:
    script = ScriptDirectory("migrations")
    for revision in script.walk_revisions():
        assert revision.revision[:10].replace("_", "").isdigit()
        assert Path(revision.path).stem == revision.revision
