"""The database: SQLite by default, PostgreSQL in production, behind the same two doors.

`reading()` gives a snapshot, `writing()` one transaction. On SQLite a writer takes the database's
only write lock at its beginning (BEGIN IMMEDIATE); on PostgreSQL `lock_problem` orders the writers
of one problem. Either way everything that one problem's decision writes is there whole or not at
all.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

# The SQLite that Debian 12 ships may corrupt a WAL file (fixed in 3.51.3); pysqlite3 carries a
# newer one. aiosqlite and SQLAlchemy import "sqlite3" by name, so the name must lead to it before
# either is loaded.
if importlib.util.find_spec("pysqlite3") is not None:
    sys.modules["sqlite3"] = importlib.import_module("pysqlite3")
    sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")

import sqlite3

from sqlalchemy import DateTime, Dialect, Integer, Text, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

Clock = Callable[[], datetime]
"""Gives the present instant, aware and in UTC."""

FIRST_SAFE_WAL = (3, 51, 3)
"""The first SQLite in which two processes may write and checkpoint one WAL file at once."""

BUSY_TIMEOUT_MS = 5000

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
_WRITES = "bihuan_writes"
_THOUSANDTHS = 1000


def system_clock() -> datetime:
    """Tell the time of this machine."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: only aware values go in, UTC comes out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive value, turn any other into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back UTC; SQLite keeps no zone, so what it holds is UTC by the rule above."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Grams(TypeDecorator[list[str]]):
    """Short runs of a text: an array on PostgreSQL, on SQLite words with blanks between them."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Keep an array where there are arrays."""
        return dialect.type_descriptor(
            postgresql.ARRAY(Text()) if dialect.name == "postgresql" else Text()
        )

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        """Write the words."""
        return value if dialect.name == "postgresql" or value is None else " ".join(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> list[str] | None:
        """Read the words."""
        return value.split() if isinstance(value, str) else value


class Points(TypeDecorator[Decimal]):
    """Points as whole thousandths, so that both databases add them up exactly."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Refuse what is finer than a thousandth of a point."""
        if value is None:
            return None
        scaled = value * _THOUSANDTHS
        if scaled != int(scaled):
            raise ValueError(f"points are kept to three decimal places: {value}")
        return int(scaled)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        """Give back points."""
        return None if value is None else Decimal(value) / _THOUSANDTHS


def async_url(url: str) -> URL:
    """Give `url` with the driver used here: `sqlite:///x.db` and `postgresql://…` will do."""
    parsed = make_url(url)
    family = parsed.get_backend_name()
    if family not in _DRIVERS:
        raise ValueError(f"数据库地址须以 sqlite 或 postgresql 开头，现为 {family}")
    return parsed.set(drivername=_DRIVERS[family])


def journal_mode(sqlite_version: tuple[int, ...]) -> str:
    """Choose the journal: WAL only where it is safe with several processes."""
    return "WAL" if sqlite_version >= FIRST_SAFE_WAL else "DELETE"


class Database:
    """One database with its clock; `dispose` it when done."""

    def __init__(self, url: str, clock: Clock = system_clock) -> None:
        """Prepare connections to `url`; none is opened yet."""
        self.url = async_url(url)
        self.now = clock
        self.on_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _sqlite_engine(self.url) if self.on_sqlite else _postgres_engine(self.url)
        self._writing_engine = self._engine.execution_options(**{_WRITES: True})
        self._turn = asyncio.Lock()

    async def dispose(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    async def is_there(self) -> bool:
        """Say whether the file of an SQLite database was made; any other is there when it answers."""
        return not self.on_sqlite or await asyncio.to_thread(Path(self.url.database or "").exists)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Give a session for reading; whatever is changed in it is dropped."""
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Give a session in a transaction: committed on leaving, rolled back on any error.

        SQLite has one writer at a time: those of this process take turns in the order they came,
        and wait for one of another process up to `BUSY_TIMEOUT_MS`.
        """
        async with AsyncExitStack() as stack:
            if self.on_sqlite:
                await stack.enter_async_context(self._turn)
            session = await stack.enter_async_context(
                AsyncSession(self._writing_engine, expire_on_commit=False)
            )
            await stack.enter_async_context(session.begin())
            await session.connection()
            yield session

    async def lock_problem(self, session: AsyncSession, problem_no: str) -> None:
        """Let nobody else write this problem until the transaction of `session` has ended."""
        await self.lock(session, problem_no)

    async def lock(self, session: AsyncSession, name: str) -> None:
        """Hold the lock `name` until the transaction of `session` has ended.

        On SQLite the transaction itself is the lock.
        """
        if not self.on_sqlite:
            await session.execute(
                select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0)))
            )

    async def lock_everything(self, session: AsyncSession) -> None:
        """Let nobody else write a problem until the transaction of `session` has ended."""
        if not self.on_sqlite:
            await session.execute(text("LOCK TABLE problems, events, ledger IN EXCLUSIVE MODE"))

    async def insert_new(
        self, session: AsyncSession, table: type[SQLModel], rows: Sequence[dict[str, Any]]
    ) -> None:
        """Insert the rows that are not there yet; one already there stays as it is."""
        if rows:
            await session.execute(self.insert(table).on_conflict_do_nothing(), list(rows))

    def insert(self, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
        """Begin an insert that may say what to do on a conflict."""
        return sqlite.insert(table) if self.on_sqlite else postgresql.insert(table)


def _postgres_engine(url: URL) -> AsyncEngine:
    return create_async_engine(url, pool_size=10, pool_pre_ping=True)


def _sqlite_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(url)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: object) -> None:
    # Without this the driver would begin deferred transactions of its own.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"journal_mode={journal_mode(sqlite3.sqlite_version_info)}",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
