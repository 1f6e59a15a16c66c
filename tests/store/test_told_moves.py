"""What was changed past the guards is seen: rows against their moves, contacts against their record, books by hash."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from domain.reconciliation import Difference
from store.engine import Database
from store.registers import contacts
from store.tables import ContactRow, MoveRow
from store.watch import named_files, told_contacts, told_moves
from tests.store.test_append_only import ROWS, put, run

AT = "2026-11-28 00:00:00+00:00"
MORE = {
    "digests": {
        "id": 1,
        "district": "500103",
        "day": "2026-11-28",
        "recipient": "a@example.com",
        "position": "handler",
        "message_id": "m",
        "state": "waiting",
        "attempts": 0,
        "last_error": "",
    },
    "links": {
        "jti": "j",
        "purpose": "answer",
        "problem_no": "1",
        "district": "500103",
        "round_no": 1,
        "recipient": "a@example.com",
        "day": "",
        "issued_at": AT,
        "expires_at": AT,
        "revoked_why": "",
    },
}
MOVED = {
    "notices": ("state = 'handed_over'", "state = 'waiting'"),
    "deliveries": (
        f"state = 'accepted', accepted_at = '{AT}'",
        "accepted_at = '2020-01-01 00:00:00+00:00'",
    ),
    "digests": ("attempts = 1", "state = 'accepted'"),
    "inbox": ("state = 'refused', refusal_code = 'x'", "state = 'applied'"),
    "rule_changes": (
        f"state = 'approved', decided_by = 'two', decided_at = '{AT}'",
        "decided_by = 'three'",
    ),
    "links": (f"revoked_at = '{AT}', revoked_why = 'w'", "revoked_at = NULL"),
}
"""An honest change of each table, and one past its triggers."""


async def told(db: Database) -> list[Difference]:
    async with db.reading() as session:
        return await told_moves.differences(db, session)


async def past_triggers(db: Database, table: str, act: str) -> None:
    """Do something without the guards, as whoever owns the tables can."""
    async with db.writing() as session:
        if db.on_sqlite:
            of_table = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"
            names = [row[0] for row in await session.execute(text(of_table), {"t": table})]
            for name in names:
                await session.execute(text(f"DROP TRIGGER {name}"))
        else:
            await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(act))


@pytest.fixture
def _more(monkeypatch: pytest.MonkeyPatch) -> None:
    for table, row in MORE.items():
        monkeypatch.setitem(ROWS, table, row)


@pytest.mark.usefixtures("_more")
async def test_what_was_changed_past_its_triggers_is_named(db: Database) -> None:
    for table in MOVED:
        await put(db, table)
    for table, (change, _) in MOVED.items():
        await run(db, f"UPDATE {table} SET {change}")  # noqa: S608 - fixed names
    assert await told(db) == []
    for table, (_, change) in MOVED.items():
        await past_triggers(db, table, f"UPDATE {table} SET {change}")  # noqa: S608 - fixed names
    named = {one.detail for one in await told(db)}
    assert named == {"通知 k", "送达 1", "汇总邮件 1", "回执 r1", "口径变更 c", "链接 j"}
    await past_triggers(db, "notices", "DELETE FROM notices")
    assert "通知记录已不存在 k" in {one.detail for one in await told(db)}


@pytest.mark.usefixtures("_more")
@pytest.mark.parametrize("table", sorted(MOVED))
async def test_a_row_without_a_move_stands_as_it_was_first_written(
    db: Database, table: str
) -> None:
    await put(db, table)
    assert await told(db) == []
    change = {"digests": "state = 'accepted'"}.get(table, MOVED[table][0])
    await past_triggers(db, table, f"UPDATE {table} SET {change}")  # noqa: S608 - fixed names
    (found,) = await told(db)
    assert found.code.value == "move_untold"
    assert found.problem_no == ("1" if table in ("notices", "inbox", "links") else "")


@pytest.mark.usefixtures("_more")
async def test_what_is_told_is_what_the_triggers_write(db: Database) -> None:
    for table, (change, _) in MOVED.items():
        await put(db, table)
        await run(db, f"UPDATE {table} SET {change}")  # noqa: S608 - fixed names
    async with db.reading() as session:
        moves = list(await session.scalars(select(MoveRow)))
    written = {one.kept_in: set(json.loads(one.after)) for one in moves}
    assert written == {str(one.table.__tablename__): set(one.told) for one in told_moves.MOVING}


async def contacts_told(db: Database) -> list[str]:
    async with db.reading() as session:
        return [one.detail for one in await told_contacts.contacts(session)]


async def test_a_contact_is_who_was_entered_and_approved(db: Database) -> None:
    row = await contacts.add(
        db,
        ContactRow(
            district="500103",
            position="handler",
            name="示例",
            email="a@example.com",
            valid_from=date(2026, 1, 1),
            entered_by="one",
        ),
    )
    await contacts.decide(db, row.id or 0, "two", approved=True)
    assert await contacts_told(db) == []
    await run(db, "UPDATE contacts SET email = 'b@example.com'")
    assert await contacts_told(db) == ["联系人 1，姓名、邮箱、电话、单位或职务"]
    await run(db, "UPDATE contacts SET email = 'a@example.com', active = false")
    assert await contacts_told(db) == ["联系人 1，状态"]
    await run(db, "UPDATE contacts SET active = true")
    await contacts.retire(db, row.id or 0, "two")
    assert await contacts_told(db) == []
    await run(db, "DELETE FROM contacts")
    assert await contacts_told(db) == ["联系人 1，已不存在"]


async def test_a_contact_nobody_recorded_and_a_bent_book_are_named(db: Database) -> None:
    async with db.writing() as session:
        session.add(
            ContactRow(
                district="500103",
                position="handler",
                name="示例",
                email="a@example.com",
                valid_from=date(2026, 1, 1),
                entered_by="somebody",
            )
        )
    assert await contacts_told(db) == ["联系人 1，没有变动记录"]
    await run(
        db,
        "INSERT INTO rule_books (content_hash, name, kind, body, kept_at)"
        " VALUES ('h', 'chongqing-2024@1', 'policy', '{}', '2026-11-28 00:00:00+00:00')",
    )
    await put(db, "rule_changes")
    async with db.reading() as session:
        found = await told_contacts.rules(session)
    assert [one.words for one in found] == [
        "口径或放假安排的内容与其哈希不符（chongqing-2024@1）",
        "口径或放假安排的内容与其哈希不符（n）",
    ]


async def test_a_paper_whose_content_was_changed_is_named(db: Database) -> None:
    await put(db, "inbox")
    async with db.reading() as session:
        (found,) = await named_files.changed_papers(session, ["1"], ())
    assert (found.code.value, found.problem_no, found.detail) == ("paper_changed", "1", "r1")


@pytest.mark.usefixtures("_more")
@pytest.mark.parametrize(
    "change", ["district = '500104'", "recipient = 'b@example.com'", "revoked_at = NULL"]
)
async def test_a_link_stays_whose_it_was_and_is_revoked_once(db: Database, change: str) -> None:
    await put(db, "links")
    await run(db, f"UPDATE links SET {MOVED['links'][0]}")  # noqa: S608 - fixed names
    with pytest.raises(DBAPIError, match="append-only"):
        await run(db, f"UPDATE links SET {change}")  # noqa: S608 - fixed names
