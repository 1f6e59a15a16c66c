"""What links may bring in a day is bounded, counted in the store, one after another."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from store.district import upload_days
from store.district.upload_days import MOST_OF_A_LINK, take_in
from store.engine import Database
from tests.worlds.databases import SteppingClock


async def test_a_link_has_its_share_of_each_day(db: Database, clock: SteppingClock) -> None:
    assert await take_in(db, "one", MOST_OF_A_LINK - 5)
    assert not await take_in(db, "one", 6)
    assert await take_in(db, "one", 5)
    assert await take_in(db, "another", 6)
    clock.now += timedelta(days=1)
    assert await take_in(db, "one", 6)


async def test_all_links_together_have_theirs(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_days, "MOST_OF_ALL", 100)
    taken = [await take_in(db, f"link-{number}", 30) for number in range(5)]
    assert taken == [True, True, True, False, False]


async def test_who_comes_at_once_is_counted_one_after_another(db: Database) -> None:
    share = MOST_OF_A_LINK // 4
    taken = await asyncio.gather(*(take_in(db, "one", share) for _ in range(12)))
    assert sum(taken) == 4
