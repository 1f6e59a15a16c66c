"""What judges a life is kept with its problem; policies and calendars stand once under their hash."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from domain.policy import content_hash
from domain.rules import Rules
from domain.work_calendar import WorkCalendar, years_hash
from store.engine import Database
from store.lives import records
from store.lives.rebuild import rebuild
from store.registers import rule_books
from store.registers.rule_books import Judged, Named, book_in, key_of
from store.tables import ProblemRow, RuleBookRow
from tests.worlds.house import rules
from tests.worlds.recorded_lives import problem_rows, waiting_life

NO = "CQ2024-0001"


def own() -> Rules:
    """Rules as a life records them."""
    return rules().recorded(None)


def unhashed() -> Rules:
    """Rules of a life that was begun before the cuts of the calendar were hashed."""
    return replace(own(), calendar=replace(own().calendar, content_hash=""))


def stricter() -> Rules:
    """Rules with another policy."""
    policy = replace(own().policy, version="99")
    return replace(own(), policy=replace(policy, content_hash=content_hash(policy)))


async def keep(db: Database, by: Rules) -> None:
    """Keep both books."""
    async with db.writing() as session:
        await rule_books.keep(session, db, (by.policy, by.calendar))


async def record(db: Database, upto: int, by: Rules) -> None:
    """Record a life up to an event, by some rules."""
    history = waiting_life().history[:upto]
    await records.record(db, NO, history, [], judged_by=Named.of(by))


async def judged(db: Database) -> Judged:
    """By what the row says the life is judged."""
    async with db.reading() as session:
        return (await rule_books.judged_of(session, [NO]))[NO]


async def read(db: Database, one: Judged) -> tuple[Any, ...]:
    """The books of a row, as read back."""
    async with db.reading() as session:
        found = await rule_books.read(session, one.books)
    return tuple(found.get(key) for key in one.books)


async def test_a_record_says_by_what_its_life_is_judged_and_the_books_tell_the_rest(
    db: Database,
) -> None:
    await keep(db, own())
    await record(db, 3, own())
    row = await judged(db)
    assert row.rules_version == own().version
    assert await read(db, row) == (own().policy, own().calendar)


async def test_books_stand_once_however_many_lives_are_judged_by_them(db: Database) -> None:
    for by in (own(), own(), stricter()):
        await keep(db, by)
    async with db.reading() as session:
        rows = list(await session.scalars(select(RuleBookRow)))
    assert sorted((row.content_hash, row.name) for row in rows) == sorted(
        key_of(book) for book in (own().policy, stricter().policy, own().calendar)
    )


async def test_a_change_of_rules_stands_on_the_row_with_the_event_that_made_it(
    db: Database,
) -> None:
    for by in (own(), stricter()):
        await keep(db, by)
    await record(db, 1, own())
    await record(db, 3, stricter())
    assert await read(db, await judged(db)) == (stricter().policy, own().calendar)


async def test_a_record_whose_books_are_unknown_is_filled_from_the_life_itself(
    db: Database,
) -> None:
    await record(db, 3, own())
    assert (await judged(db)).books == ()
    async with db.reading() as session:
        assert await rule_books.unknown(session) == [NO]
    await rule_books.learn(db, NO, own())
    assert await read(db, await judged(db)) == (own().policy, own().calendar)
    async with db.reading() as session:
        assert await rule_books.unknown(session) == []


async def test_what_a_life_said_before_its_rules_changed_is_not_written_over_them(
    db: Database,
) -> None:
    await keep(db, stricter())
    await record(db, 3, stricter())
    await rule_books.learn(db, NO, own())
    assert await read(db, await judged(db)) == (stricter().policy, own().calendar)


async def test_a_calendar_without_a_hash_is_known_by_its_years_only(db: Database) -> None:
    later = WorkCalendar(own().calendar.version, own().calendar.years[1:])
    await keep(db, unhashed())
    await keep(db, replace(own(), calendar=later))
    await record(db, 1, unhashed())
    assert (await judged(db)).books == ()
    await rule_books.learn(db, NO, unhashed())
    assert await read(db, await judged(db)) == (own().policy, unhashed().calendar)
    await record(db, 3, replace(unhashed(), policy=stricter().policy))
    assert (await judged(db)).calendar == (
        years_hash(own().calendar.years),
        own().calendar.version,
    )


async def test_a_rebuilt_read_model_still_knows_by_what_its_lives_are_judged(
    db: Database,
) -> None:
    await keep(db, own())
    await record(db, 3, own())
    before = await problem_rows(db)
    await rebuild(db)
    assert await problem_rows(db) == before
    assert await read(db, await judged(db)) == (own().policy, own().calendar)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"policy_id": 3}'])
async def test_a_damaged_book_is_named_with_its_problems_and_stops_no_other(
    db: Database, body: str
) -> None:
    await keep(db, own())
    await keep(db, stricter())
    await record(db, 3, own())
    async with db.writing() as session:
        of_it = col(RuleBookRow.name) == own().policy.name
        await session.execute(update(RuleBookRow).where(of_it).values(body=body))
    async with db.reading() as session:
        assert await rule_books.damaged(session) == {own().policy.name: [NO]}
        both = [key_of(own().policy), key_of(stricter().policy)]
        assert await rule_books.read(session, both) == {both[1]: stricter().policy}
    await keep(db, own())
    async with db.reading() as session:
        assert await rule_books.damaged(session) == {}


async def test_a_book_that_says_something_else_than_its_hash_is_none(db: Database) -> None:
    await keep(db, own())
    async with db.writing() as session:
        rows = list(await session.scalars(select(RuleBookRow)))
        for row in rows:
            row.body = row.body.replace('"days":15', '"days":16').replace("元旦", "新年")
    assert [book_in(row) for row in rows] == [None, None]


async def test_a_policy_that_is_not_what_its_hash_says_is_not_kept(db: Database) -> None:
    false = replace(own().policy, title="另一办法")
    async with db.writing() as session:
        await rule_books.keep(session, db, [false])
        assert list(await session.scalars(select(RuleBookRow))) == []


async def test_what_a_life_was_recorded_by_before_stays_unknown(db: Database) -> None:
    await records.record(db, NO, waiting_life().history, [])
    async with db.reading() as session:
        row = await session.get(ProblemRow, NO)
        assert await rule_books.unknown(session) == [NO]
    assert row is not None
    assert (row.policy, row.calendar, row.rules_version) == ("", "", 0)
