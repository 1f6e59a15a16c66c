"""Records written anew from a life's history are those that living wrote, byte for byte."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from audit.orders import LifeOrders, orders_of_life
from audit.sources import lives_in
from command_line.told_life import lived
from domain.notices import RESEND, NoticeKind, notice_key
from domain.rebuilding import Book, How
from domain.roles import Actor, Role
from gateways.temporal_client import DATA_CONVERTER
from store.engine import Database
from store.lives import generations, old_records, rebuilding, records, switching
from store.lives.as_lived import Lived
from store.lives.comparing import Compared, compare
from store.mail.notice_log import DeliveryState, NoticeState
from store.people import security_log
from store.people.security_log import Happened
from store.points import ledger
from store.refusing import StoreRefused
from store.registers import rule_books
from store.registers.rule_books import Named
from store.tables import DeliveryRow, EventRow, LedgerRow, NoticeRow, ProblemRow, RebuildRow
from tests.worlds.databases import SteppingClock
from tests.worlds.guards import past_the_guards

HISTORIES = Path(__file__).parent.parent / "histories"
LIVES = sorted(path.name for path in HISTORIES.iterdir() if path.is_dir() and path.name[0] != "_")
FIRST, SECOND = Actor("u-first", Role.OFFICER), Actor("u-second", Role.SUPERVISOR)


async def live(db: Database, told: LifeOrders) -> None:
    """Record a life as its activities do."""
    async with db.writing() as session:
        await rule_books.keep(session, db, (told.rules.policy, told.rules.calendar))
    for one in told.orders:
        named = Named(policy=one.policy, calendar=one.calendar, rules_version=one.rules_version)
        await records.record(
            db, one.problem_no, one.recorded, one.notices, one.row_key or None, named
        )
    await rule_books.learn(db, told.problem_no, told.rules)  # as soon as somebody asks


async def rows_of(db: Database) -> dict[str, list[dict[str, Any]]]:
    """All that counts, without the keys that only this store gave."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with db.reading() as session:
        for table in (EventRow, ProblemRow, LedgerRow, NoticeRow):
            rows = [
                row.model_dump(exclude={"id", "generation", "state", "obsolete_why"})
                for row in await session.scalars(select(table))
            ]
            found[table.__name__] = sorted(rows, key=str)
    return found


async def compared(db: Database, *lives: Lived) -> list[Compared]:
    """How the store differs from some lives."""
    async with db.reading() as session:
        return await compare(session, lives)


async def proposed(db: Database, *lives: Lived) -> RebuildRow:
    """Propose that some lives' records be written anew, whether they differ or not."""
    async with db.reading() as session:
        generation = await rebuilding.next_generation(session)
    await rebuilding.keep(db, generation, await compared(db, *lives))
    numbers = [one.problem_no for one in lives]
    return await rebuilding.propose(
        db, f"r{generation}", generation, "archive", "示例", FIRST, numbers
    )


async def approved(db: Database, row: RebuildRow) -> None:
    """Let the second person approve."""
    await rebuilding.decide(db, row.id, SECOND, approve=True, content_sha256=row.content_sha256)


async def rebuilt(db: Database, *lives: Lived) -> tuple[int, list[str]]:
    """Let some lives' records count anew."""
    row = await proposed(db, *lives)
    await approved(db, row)
    return await switching.switch(db, row.id)


@pytest.mark.parametrize("name", LIVES)
async def test_a_recorded_life_rebuilt_into_an_empty_store_is_as_living_wrote_it(
    name: str, sqlite_template: Path, sqlite_folder: Path
) -> None:
    told, stores = told_by(name), []
    for place in ("living", "empty"):
        path = sqlite_folder / f"{place}.db"
        shutil.copy(sqlite_template, path)
        stores.append(Database(f"sqlite:///{path}"))
    living, empty = stores
    try:
        await live(living, told)
        (same,) = await compared(living, lived(told))
        assert same.differences == ()
        assert await rebuilt(empty, lived(told)) == (1, [])
        assert await rows_of(empty) == await rows_of(living)
    finally:
        for one in stores:
            await one.dispose()


@cache
def told_by(name: str) -> LifeOrders:
    """What a recorded life ordered."""
    (runs,) = lives_in(HISTORIES / name)
    told = orders_of_life(runs, DATA_CONVERTER)
    assert told is not None
    return told


async def points(db: Database) -> Decimal:
    """What the one district lost."""
    async with db.reading() as session:
        return sum((one.points for one in await ledger.scores(session, 2024)), Decimal(0))


def kinds(found: Compared) -> set[tuple[Book, How]]:
    """In what the store differs."""
    return {(one.book, one.how) for one in found.differences}


async def test_what_was_forged_is_named_counts_no_more_and_can_still_be_read(db: Database) -> None:
    told = told_by("silent")
    await live(db, told)
    before, lost = await rows_of(db), await points(db)
    await past_the_guards(
        db,
        "UPDATE ledger SET points = 10",
        "UPDATE events SET body = replace(body, '重庆', '伪造') WHERE seq = 1",
        "UPDATE notices SET key = key || 'x' WHERE key = (SELECT min(key) FROM notices)",
        "UPDATE problems SET enterprise = '示例'",
    )
    (found,) = await compared(db, lived(told))
    assert kinds(found) == {
        (Book.EVENTS, How.OTHERWISE),
        (Book.LEDGER, How.OTHERWISE),
        (Book.PROBLEM, How.OTHERWISE),
        (Book.NOTICES, How.LACKS),
        (Book.NOTICES, How.BESIDES),
    }
    assert any("伪造" in one.words and "重庆" in one.words for one in found.differences)
    assert await rebuilt(db, lived(told)) == (1, [])
    assert await rows_of(db) == before
    assert await points(db) == lost
    async with db.reading() as session:
        forged, now = await old_records.of_problem(session, told.problem_no)
    assert (forged["counts"], now["counts"], now["approved_by"]) == (False, True, SECOND.id)
    assert any("伪造" in row["body"] for row in forged["events"])
    assert {row["points"] for row in forged["ledger"]} == {"0.01"}


async def test_a_store_that_lost_the_end_of_a_life_gets_it_back_and_the_life_goes_on(
    db: Database,
) -> None:
    told = told_by("silent")
    half = replace(told, orders=told.orders[: len(told.orders) // 2])
    most = replace(told, orders=told.orders[:-1])
    await live(db, half)
    (found,) = await compared(db, lived(most))
    assert kinds(found) >= {(Book.EVENTS, How.LACKS), (Book.PROBLEM, How.OTHERWISE)}
    assert await rebuilt(db, lived(most)) == (1, [])
    await live(db, told)
    (found,) = await compared(db, lived(told))
    assert found.differences == ()


async def test_a_problem_that_went_on_since_it_was_compared_is_left_as_it_is(db: Database) -> None:
    told = told_by("silent")
    half = replace(told, orders=told.orders[: len(told.orders) // 2])
    await live(db, half)
    row = await proposed(db, lived(half))
    await approved(db, row)
    await live(db, told)
    before = await rows_of(db)
    assert await switching.switch(db, row.id) == (0, [told.problem_no])
    assert await rows_of(db) == before


async def test_two_persons_switch_and_what_is_approved_is_what_was_proposed(db: Database) -> None:
    told = told_by("silent")
    await live(db, told)
    row = await proposed(db, lived(told))
    with pytest.raises(StoreRefused, match="not_approved"):
        await switching.switch(db, row.id)
    for by, content, why in (
        (FIRST, row.content_sha256, "second_person_required"),
        (SECOND, "0" * 64, "approval_is_stale"),
    ):
        with pytest.raises(StoreRefused, match=why):
            await rebuilding.decide(db, row.id, by, approve=True, content_sha256=content)
    await past_the_guards(db, "UPDATE rebuilt SET body = '{}'")
    with pytest.raises(StoreRefused, match="approval_is_stale"):
        await approved(db, row)
    await rebuilding.decide(db, row.id, SECOND, approve=False, content_sha256=row.content_sha256)
    with pytest.raises(StoreRefused, match="not_approved"):
        await switching.switch(db, row.id)
    async with db.reading() as session:
        noted = [one.what for one in await security_log.latest(session)]
        assert await generations.of_problem(session, told.problem_no) == 0
    assert noted == [Happened.REBUILD_DECIDED, Happened.REBUILD_PROPOSED]


async def test_a_switch_that_was_interrupted_goes_on_and_does_nothing_twice(db: Database) -> None:
    told = told_by("silent")
    row = await proposed(db, lived(told))
    await approved(db, row)
    assert await switching.switch(db, row.id) == (1, [])
    before = await rows_of(db)
    await approved(db, row)
    assert await switching.switch(db, row.id) == (1, [])
    assert await rows_of(db) == before


@pytest.mark.parametrize("table", ["generations", "rebuilt"])
async def test_what_counts_is_told_by_added_rows_only(db: Database, table: str) -> None:
    await rebuilt(db, lived(told_by("silent")))
    for act in (f"UPDATE {table} SET generation = 0", f"DELETE FROM {table}"):  # noqa: S608 - fixed
        with pytest.raises(DBAPIError, match="append-only"):
            async with db.writing() as session:
                await session.execute(text(act))
    for table_ in ("events", "ledger"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with db.writing() as session:
                await session.execute(text(f"UPDATE {table_} SET generation = 9"))  # noqa: S608 - fixed


async def test_the_log_mends_what_is_folded_from_it(db: Database) -> None:
    told = told_by("silent")
    await live(db, told)
    before = await rows_of(db)
    await past_the_guards(
        db, "UPDATE problems SET points = 0, body = '{}'", "UPDATE ledger SET points = 10"
    )
    right = lived(told)
    of_log = replace(right, notices=None, carried=None)
    (found,) = await compared(db, of_log)
    assert kinds(found) == {(Book.PROBLEM, How.OTHERWISE), (Book.LEDGER, How.OTHERWISE)}
    assert await rebuilt(db, of_log) == (1, [])
    assert await rows_of(db) == before


async def test_what_became_of_a_notice_stays_and_nobody_is_told_twice(
    db: Database, clock: SteppingClock
) -> None:
    told, clock.now = told_by("silent"), datetime(2025, 6, 1, tzinfo=UTC)
    await live(db, told)
    keys = [one.key for one in lived(told).notices or ()]
    known, lost = keys[0], keys[1:]
    kept = ("DELETE FROM notices WHERE key <> :k", "UPDATE notices SET state = 'handed_over'")
    await past_the_guards(db, *(one.replace(":k", f"'{known}'") for one in kept))
    again = notice_key(told.problem_no, NoticeKind.TRANSFER_NOTICE, 1, f"{RESEND}1")
    async with db.writing() as session:
        opening = (await session.scalars(select(NoticeRow))).one()
        session.add(NoticeRow(**opening.model_dump() | {"key": again}))
        for key, state in ((lost[0], "accepted"), ("nobody-ordered", "waiting")):
            session.add(
                DeliveryRow(
                    notice_key=key, recipient=key, position="p", message_id=key, state=state
                )
            )
        session.add(NoticeRow(**opening.model_dump() | {"key": "nobody-ordered"}))
    await rebuilt(db, lived(told))
    async with db.reading() as session:
        now = {row.key: row.state for row in await session.scalars(select(NoticeRow))}
        sent = {row.recipient: row.state for row in await session.scalars(select(DeliveryRow))}
    assert now.keys() == {*keys, again}
    assert now[known] == now[again] == now[lost[0]] == NoticeState.HANDED_OVER
    assert {now[key] for key in lost[1:]} == {NoticeState.OBSOLETE}
    assert sent["nobody-ordered"] == DeliveryState.OBSOLETE
