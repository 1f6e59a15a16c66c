"""On PostgreSQL web and worker work under a role that cannot alter what is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from command_line.doctor_of_doors import database_role
from command_line.examined import Finding
from settings import Settings
from store.engine import Database
from store.lives.rebuild import rebuild
from store.migrate import is_current
from store.roles import SameRole, alterable, let_work
from tests.store.test_append_only import ROWS, put

pytestmark = pytest.mark.postgres
KEPT = {"events", "ledger", "addenda", "draws", "archive", "inbox_files", "security_log"}


@pytest.fixture
async def owner(postgres_store: str) -> AsyncIterator[Database]:
    """The database of the role that owns the tables, with a role beside it that works."""
    db = Database(postgres_store)
    async with db.writing() as session:
        await session.execute(
            text(
                "DO $$ BEGIN CREATE ROLE working LOGIN PASSWORD 'working';"
                " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            )
        )
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in ROWS:
            await session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own
    await let_work(db, "working")
    yield db
    await db.dispose()


@pytest.fixture
async def working(owner: Database) -> AsyncIterator[Database]:
    """The same database under the role that works."""
    url = make_url(owner.url).set(username="working", password="working")
    db = Database(url.set(drivername="postgresql").render_as_string(hide_password=False))
    yield db
    await db.dispose()


async def refused(db: Database, statement: str) -> str:
    """Do what is to be refused, and give the database's words."""
    with pytest.raises(DBAPIError) as said:
        async with db.writing() as session:
            await session.execute(text(statement))
    return str(said.value.orig)


async def test_the_working_role_writes_and_can_alter_nothing_that_is_kept(
    owner: Database, working: Database
) -> None:
    for table in ROWS:
        await put(working, table)
    for statement in (
        "UPDATE events SET body = 'forged'",
        "DELETE FROM archive",
        "TRUNCATE ledger",
        "DELETE FROM deliveries",
        "DELETE FROM inbox",
        "INSERT INTO events SELECT * FROM events ON CONFLICT (problem_no, generation, seq) DO UPDATE SET body = 'x'",
    ):
        assert "permission denied" in await refused(working, statement), statement
    for statement in (
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TRIGGER events_no_change ON events",
        "DROP TABLE ledger",
        "CREATE OR REPLACE FUNCTION events_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NEW; END $$",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = 'x'",
    ):
        said = await refused(working, statement)
        assert "must be owner" in said or "permission denied" in said, said
    assert await alterable(working) == ()
    assert set(await alterable(owner)) >= KEPT


async def test_what_may_change_still_changes_under_its_guards(
    owner: Database, working: Database
) -> None:
    await put(working, "deliveries")
    async with working.writing() as session:
        await session.execute(text("UPDATE deliveries SET state = 'accepted'"))
        await session.execute(text("DELETE FROM drafts"))
    assert "append-only" in await refused(working, "UPDATE deliveries SET notice_key = 'another'")


def url_of(db: Database) -> str:
    return db.url.set(drivername="postgresql").render_as_string(hide_password=False)


async def test_only_the_owner_folds_everything_anew_and_the_doctor_says_who_works_as_owner(
    owner: Database, working: Database
) -> None:
    # The lock over everything is taken by `bihuan migrate` alone, which works as the owner.
    assert await is_current(working)
    assert await rebuild(owner) >= 0
    with pytest.raises(DBAPIError, match="permission denied"):
        await rebuild(working)
    for db, environment, finding in (
        (owner, "production", Finding.BROKEN),
        (owner, "development", Finding.NOTE),
        (working, "production", Finding.OK),
    ):
        settings = Settings(_env_file=None, database_url=url_of(db))
        found = await database_role(settings.model_copy(update={"environment": environment}))
        assert found.finding is finding


async def test_one_role_for_both_is_refused(owner: Database) -> None:
    with pytest.raises(SameRole):
        await let_work(owner, str(owner.url.username))
