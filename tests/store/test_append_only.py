"""What is kept stays as it was written, whichever way somebody tries to change it."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from store.engine import Database
from store.tables import MoveRow

PROPOSED: dict[str, object] = {
    "id": "c",
    "reason": "r",
    "proposed_at": "2026-11-28 00:00:00+00:00",
    "proposed_by": "one",
    "proposed_role": "supervisor",
    "decided_by": "",
    "state": "proposed",
    "report": "[]",
}
ROWS: dict[str, dict[str, object]] = {
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
    "notices": {
        "key": "k",
        "kind": "reminder",
        "problem_no": "1",
        "district": "500103",
        "round_no": 1,
        "rung": "",
        "audience": "[]",
        "not_before": "2026-11-28 00:00:00+00:00",
        "details": "[]",
        "ordered_at": "2026-11-28 00:00:00+00:00",
        "state": "waiting",
        "obsolete_why": "",
    },
    "rule_changes": {
        "id": "c",
        "kind": "policy",
        "name": "n",
        "content": "{}",
        "content_hash": "a",
        "reason": "r",
        "proposed_at": "2026-11-28 00:00:00+00:00",
        "proposed_by": "one",
        "proposed_role": "supervisor",
        "decided_by": "",
        "to_open": False,
        "state": "proposed",
        "report": "[]",
    },
    "existing_lists": PROPOSED
    | {"file_name": "f", "file_sha256": "a", "hidden": "ask", "total": 1},
    "life_repairs": PROPOSED | {"lives": "[]", "content_hash": "a"},
    "rebuilds": PROPOSED
    | {"generation": 1, "source": "histories", "problems": 1, "content_sha256": "a"},
    "sent_texts": {
        "message_id": "m",
        "attempt": 1,
        "written_at": "2026-11-28 00:00:00+00:00",
        "subject": "s",
        "text": "t",
    },
    "late_returns": {
        "delivery_id": 1,
        "problem_no": "1",
        "deduction": 9,
        "noted_at": "2026-11-28 00:00:00+00:00",
        "settled_by": "",
        "words": "",
    },
    "erasures": {
        "id": 1,
        "what": "drafts",
        "number": 1,
        "before": "2026-11-28 00:00:00+00:00",
        "at": "2026-11-28 00:00:00+00:00",
    },
}
CHANGES = {
    "existing_lists": "report = 'forged'",
    "life_repairs": "lives = 'forged'",
    "rebuilds": "content_sha256 = 'forged'",
    "erasures": "number = 0",
    "sent_texts": "text = 'forged'",
    "late_returns": "problem_no = '2'",
    "archive": "sha256 = 'b'",
    "inbox_files": "sha256 = 'b'",
    "inbox": "received_at = '2020-01-01 00:00:00+00:00'",
    "events": "body = 'forged'",
    "deliveries": "recipient = 'other@example.com'",
    "notices": "due_on = '2030-01-01'",
    "rule_changes": "content = 'forged'",
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
        "events": "problem_no, seq",
        "inbox_files": "receipt_id, position",
        "archive": "run_id",
        "sent_texts": "message_id, attempt",
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


MOVES = [
    ("notices", "state = 'handed_over'", "k", "handed_over"),
    ("deliveries", "state = 'bounced'", "1", "bounced"),
    ("inbox", "state = 'applied'", "r1", "applied"),
    ("rule_changes", "state = 'declined', decided_by = 'two'", "c", "declined"),
]


@pytest.mark.parametrize(("table", "change", "key", "after"), MOVES)
async def test_what_changes_is_told_by_an_added_row_that_stays(
    db: Database, table: str, change: str, key: str, after: str
) -> None:
    await put(db, table)
    await run(db, f"UPDATE {table} SET {change}")  # noqa: S608 - fixed names
    await run(db, f"UPDATE {table} SET state = '{after}'") if table != "inbox" else None  # noqa: S608 - fixed names
    async with db.reading() as session:
        (told,) = await session.scalars(select(MoveRow))
    assert (told.kept_in, told.row_key) == (table, key)
    assert json.loads(told.before)["state"] == ROWS[table]["state"]
    assert json.loads(told.after)["state"] == after
    assert told.at.tzinfo is not None
    for act in ('UPDATE moves SET "before" = 1', "DELETE FROM moves"):
        with pytest.raises(DBAPIError, match="append-only"):
            await run(db, act)


@pytest.mark.parametrize("table", ["rule_changes", "existing_lists", "life_repairs", "rebuilds"])
async def test_what_two_persons_decided_is_decided_once(db: Database, table: str) -> None:
    await put(db, table)
    decided = "decided_by = 'two', decided_at = '2026-11-28 00:00:00+00:00'"
    await run(db, f"UPDATE {table} SET state = 'approved', {decided}")  # noqa: S608 - fixed names
    with pytest.raises(DBAPIError, match="append-only"):
        await run(db, f"UPDATE {table} SET decided_by = 'three'")  # noqa: S608 - fixed names
    told = "reason = 'r2'" if table == "existing_lists" else "report = '[1]'"
    await run(db, f"UPDATE {table} SET state = 'applied', {told}")  # noqa: S608 - fixed names
