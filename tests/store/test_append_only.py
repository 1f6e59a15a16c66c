"""What is kept stays as it was written, whichever way somebody tries to change it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store.engine import Database

ROWS = {
    "archive": {
        "run_id": "r1",
        "workflow_id": "problem-1",
        "problem_no": "1",
        "sha256": "a",
        "events": 3,
        "close_type": "completed",
        "path": "p",
        "archived_at": "2026-11-28 00:00:00+00:00",
        "continued_from": "",
    },
    "inbox_files": {
        "receipt_id": "r1",
        "position": 1,
        "sha256": "a",
        "name": "n",
        "media_type": "image/png",
        "size": 1,
    },
    "inbox": {
        "receipt_id": "r1",
        "problem_no": "1",
        "district": "500103",
        "round_no": 1,
        "received_at": "2026-11-28 00:00:00+00:00",
        "content_sha256": "a",
        "body": "{}",
        "filled_by": "",
        "telephone": "",
        "link_jti": "",
        "state": "received",
        "refusal_code": "",
    },
    "events": {
        "problem_no": "1",
        "seq": 1,
        "at": "2026-11-28 00:00:00+00:00",
        "tag": "t",
        "by_id": "b",
        "by_role": "r",
        "cause": "c",
        "body": "{}",
    },
    "deliveries": {
        "id": 1,
        "notice_key": "k",
        "recipient": "a@example.com",
        "position": "handler",
        "message_id": "m",
        "state": "waiting",
        "attempts": 0,
        "last_error": "",
    },
}
CHANGES = {
    "archive": "sha256 = 'b'",
    "inbox_files": "sha256 = 'b'",
    "inbox": "received_at = '2020-01-01 00:00:00+00:00'",
    "events": "body = 'forged'",
    "deliveries": "notice_key = 'another'",
}


async def put(db: Database, table: str, how: str = "INSERT", tail: str = "") -> None:
    """Write the row of a table."""
    row = ROWS[table]
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    async with db.writing() as session:
        await session.execute(text(f"{how} INTO {table} ({names}) VALUES ({values}) {tail}"), row)


async def run(db: Database, statement: str) -> None:
    """Do one thing."""
    async with db.writing() as session:
        await session.execute(text(statement))


async def body(db: Database, table: str) -> list[tuple[object, ...]]:
    """All that stands in a table."""
    async with db.reading() as session:
        return [tuple(row) for row in await session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608 - fixed names


@pytest.mark.parametrize("table", sorted(ROWS))
async def test_what_is_written_is_neither_changed_nor_removed(db: Database, table: str) -> None:
    await put(db, table)
    before = await body(db, table)
    acts = [f"UPDATE {table} SET {CHANGES[table]}", f"DELETE FROM {table}"]  # noqa: S608 - fixed names
    acts += [] if db.on_sqlite else [f"TRUNCATE {table}"]
    for act in acts:
        with pytest.raises(DBAPIError, match="append-only"):
            await run(db, act)
    assert await body(db, table) == before


@pytest.mark.parametrize("table", sorted(ROWS))
async def test_no_row_is_put_in_the_place_of_another(db: Database, table: str) -> None:
    await put(db, table)
    before = await body(db, table)
    key = {
        "events": "problem_no, generation, seq",
        "inbox_files": "receipt_id, position",
        "archive": "run_id",
    }
    upsert = (
        f"ON CONFLICT ({key.get(table, next(iter(ROWS[table])))}) DO UPDATE SET {CHANGES[table]}"
    )
    ways = [("INSERT", upsert)] + ([("INSERT OR REPLACE", "")] if db.on_sqlite else [])
    for how, tail in ways:
        with suppress(DBAPIError):
            await put(db, table, how, tail)
    assert await body(db, table) == before


async def test_how_a_delivery_of_a_paper_ended_is_written_once(db: Database) -> None:
    await put(db, "inbox")
    await run(db, "UPDATE inbox SET state = 'applied'")
    with pytest.raises(DBAPIError, match="append-only"):
        await run(db, "UPDATE inbox SET state = 'received'")


async def test_the_instant_at_which_a_mail_was_taken_stays(db: Database) -> None:
    await put(db, "deliveries")
    await run(db, "UPDATE deliveries SET accepted_at = '2026-11-28 00:00:00+00:00'")
    for value in ("NULL", "'2020-01-01 00:00:00+00:00'"):
        with pytest.raises(DBAPIError, match="append-only"):
            await run(db, f"UPDATE deliveries SET accepted_at = {value}")  # noqa: S608 - fixed names
    await run(db, "UPDATE deliveries SET state = 'bounced'")
