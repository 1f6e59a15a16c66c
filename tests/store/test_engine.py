"""The database: its transactions, its locks, its instants and points."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import DateTime, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from store.engine import BUSY_TIMEOUT_MS, Database, Points, async_url, journal_mode
from store.tables import NumberRow, SignInTryRow, Table

_DIALECT = sqlite.dialect()
BEIJING = timezone(timedelta(hours=8))


async def test_an_instant_goes_in_from_any_zone_and_comes_out_in_utc(db: Database) -> None:
    instant = datetime(2024, 7, 9, 0, 0, 0, 123456, tzinfo=BEIJING)
    async with db.writing() as session:
        session.add(SignInTryRow(key="k", at=instant))
    async with db.reading() as session:
        row = await session.get_one(SignInTryRow, 1)
    assert row.at == instant
    assert row.at.tzinfo is UTC


async def test_a_naive_instant_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        async with db.writing() as session:
            session.add(SignInTryRow(key="k", at=datetime(2024, 7, 9)))  # noqa: DTZ001 - the point


async def test_a_transaction_that_fails_leaves_nothing(db: Database) -> None:
    async def fail() -> None:
        async with db.writing() as session:
            session.add(NumberRow(year=2024, last=1))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with db.reading() as session:
        assert await session.get(NumberRow, 2024) is None


async def test_a_cancelled_writer_leaves_nothing_and_holds_no_lock(db: Database) -> None:
    entered = asyncio.Event()

    async def hang() -> None:
        async with db.writing() as session:
            session.add(NumberRow(year=2024, last=1))
            await session.flush()
            entered.set()
            await asyncio.sleep(60)

    hanging = asyncio.create_task(hang())
    await entered.wait()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    async with db.writing() as session:
        assert await session.get(NumberRow, 2024) is None
        session.add(NumberRow(year=2024, last=2))


async def test_writers_of_one_problem_take_turns(db: Database) -> None:
    async def increment() -> None:
        async with db.writing() as session:
            await db.lock_problem(session, "CQ2024-0001")
            row = await session.get(NumberRow, 2024)
            await asyncio.sleep(0)
            if row is None:
                session.add(NumberRow(year=2024, last=1))
            else:
                row.last += 1

    await asyncio.gather(*(increment() for _ in range(20)))
    async with db.reading() as session:
        assert (await session.get_one(NumberRow, 2024)).last == 20


def _hold_the_write_lock(path: str) -> subprocess.Popen[str]:
    """Hold it in another process until a line comes."""
    script = (
        "import sqlite3, sys\n"
        "held = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "held.execute('BEGIN IMMEDIATE')\n"
        "print('held', flush=True)\n"
        "sys.stdin.readline()\n"
        "held.execute('ROLLBACK')\n"
    )
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", script, path], stdin=pipe, stdout=pipe, text=True, bufsize=1
    )


async def test_a_writer_waits_for_another_process(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BUSY_TIMEOUT_MS >= 4000
    monkeypatch.setattr("store.engine.BUSY_TIMEOUT_MS", 120_000)  # however slow the other one is
    db = Database(sqlite_url)
    holder = await asyncio.to_thread(_hold_the_write_lock, sqlite_url[len("sqlite:///") :])
    with holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert await asyncio.to_thread(holder.stdout.readline) == "held\n"
        writing = asyncio.create_task(_write(db))
        await asyncio.sleep(0.3)
        assert not writing.done()
        holder.stdin.write("go\n")
        await writing
    await db.dispose()


async def _write(db: Database) -> None:
    async with db.writing() as session:
        session.add(NumberRow(year=2024, last=1))


async def test_sqlite_keeps_every_commit_and_a_journal_fit_for_its_version(
    sqlite_url: str,
) -> None:
    db = Database(sqlite_url)
    async with db.reading() as session:
        version = (await session.execute(text("SELECT sqlite_version()"))).scalar_one()
        mode = (await session.execute(text("PRAGMA journal_mode"))).scalar_one()
        synchronous = (await session.execute(text("PRAGMA synchronous"))).scalar_one()
    await db.dispose()
    assert mode.upper() == journal_mode(tuple(map(int, version.split("."))))
    assert synchronous == 2


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 53, 4), "WAL"),
    ],
)
def test_wal_is_used_only_where_several_processes_may(version: tuple[int, ...], mode: str) -> None:
    assert journal_mode(version) == mode


@pytest.mark.parametrize(
    ("given", "driver"),
    [("sqlite:///x.db", "sqlite+aiosqlite"), ("postgresql://h/x", "postgresql+psycopg")],
)
def test_an_address_needs_no_driver(given: str, driver: str) -> None:
    assert async_url(given).drivername == driver


def test_another_kind_of_database_is_refused_in_plain_words() -> None:
    with pytest.raises(ValueError, match="sqlite 或 postgresql"):
        async_url("mysql://h/x")


@pytest.mark.parametrize("points", ["0.2", "5", "0.125", "-2"])
def test_points_come_back_as_they_were(points: str) -> None:
    kept = Points().process_bind_param(Decimal(points), _DIALECT)
    assert Points().process_result_value(kept, _DIALECT) == Decimal(points)


def test_points_finer_than_a_thousandth_are_refused() -> None:
    with pytest.raises(ValueError, match="three decimal places"):
        Points().process_bind_param(Decimal("0.0001"), _DIALECT)


def test_every_instant_of_every_table_is_a_utc_instant() -> None:
    # UtcDateTime wraps a DateTime and is none itself.
    bare = [
        str(column)
        for table in Table.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, DateTime)
    ]
    assert bare == []
