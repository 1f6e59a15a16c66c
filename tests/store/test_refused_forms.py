"""A form that was refused is given back to its owner alone, on its own page, for a while."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from store.district.refused_forms import LIFE, MOST_OF_ONE, find, forget, keep
from store.engine import Database
from store.keeping.retention import Keeping, erase
from store.tables import RefusedFormRow
from tests.worlds.databases import SteppingClock

BODY = {"errors": {"text": ["missing", "请填写。"]}}


async def _found(db: Database, owner: str, place: str, given: str) -> dict[str, object]:
    async with db.reading() as session:
        return await find(session, owner, place, given, db.now())


async def test_its_owner_finds_it_on_its_page_and_nobody_else_does(db: Database) -> None:
    given = await keep(db, "link:1", "/f/problem", BODY)
    assert await _found(db, "link:1", "/f/problem", given) == BODY
    assert await _found(db, "link:2", "/f/problem", given) == {}
    assert await _found(db, "link:1", "/f/problem/extension", given) == {}
    assert await _found(db, "link:1", "/f/problem", "") == {}


async def test_it_is_forgotten_when_handed_in_and_after_its_time(
    db: Database, clock: SteppingClock
) -> None:
    first = await keep(db, "link:1", "/f/problem", BODY)
    other = await keep(db, "link:1", "/f/problem/extension", BODY)
    await forget(db, "link:1", "/f/problem")
    assert await _found(db, "link:1", "/f/problem", first) == {}
    assert await _found(db, "link:1", "/f/problem/extension", other) == BODY
    clock.now += LIFE
    assert await _found(db, "link:1", "/f/problem/extension", other) == {}


async def test_nobody_fills_the_store_with_them(db: Database, clock: SteppingClock) -> None:
    others = await keep(db, "link:2", "/f/problem", BODY)
    given = []
    for _ in range(MOST_OF_ONE + 1):
        clock.now += timedelta(seconds=1)
        given.append(await keep(db, "link:1", "/f/problem", BODY))
    found = [bool(await _found(db, "link:1", "/f/problem", one)) for one in given]
    assert found == [False] + [True] * MOST_OF_ONE
    assert await _found(db, "link:2", "/f/problem", others) == BODY


async def test_those_whose_time_is_over_go_though_nobody_writes_another(
    db: Database, clock: SteppingClock
) -> None:
    await keep(db, "link:1", "/f/problem", BODY)
    clock.now += LIFE - timedelta(minutes=1)
    fresh = await keep(db, "link:2", "/f/problem", BODY)
    clock.now += timedelta(hours=1)
    assert await erase(db, Keeping(signers_days=0, drafts_days=0, contacts_days=0)) == {}
    async with db.reading() as session:
        assert [row.id for row in await session.scalars(select(RefusedFormRow))] == [fresh]
