"""The store's disk is full: nothing is acknowledged that is not kept, and all goes on when there is room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from domain import commands as c
from domain.outcomes import OutcomeUnknown
from tests.journeys import promises as promised
from tests.journeys.looking import agrees
from tests.journeys.promises import Promises, desk_of
from tests.worlds.city import City, city_in
from tests.worlds.life import OFFICER
from tests.worlds.processes import insist

ACT = "key:u-drill/on-a-full-disk"
LONG = "示例：现场核查未见整改。" * 400
"""No page that is begun already has room for it."""


ALL_THE_ROOM = 2**32 - 2
"""The most pages that SQLite counts."""


@asynccontextmanager
async def full(city: City) -> AsyncIterator[None]:
    """Let the database's file not grow any more, for whatever connection is taken from the pool.

    The pool stays: connections that are out while it is thrown away would never be closed.
    """
    engine = city.db._engine.sync_engine
    async with city.db.reading() as session:
        most = [await session.scalar(text("PRAGMA page_count"))]

    def bound(connection: Any, *_: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count = {most[0]}")
        cursor.close()

    event.listen(engine, "checkout", bound)
    try:
        async with city.db.writing() as session:
            with suppress(OperationalError):
                for _ in range(1_000):
                    await session.execute(text("INSERT INTO filling VALUES (zeroblob(4096))"))
                    await session.commit()
        yield
    finally:
        most[0] = ALL_THE_ROOM


async def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept_and_all_goes_on_with_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with city_in(tmp_path) as city:
        async with city.db.writing() as session:
            await session.execute(text("CREATE TABLE filling (what BLOB)"))
        promises = Promises()
        handing_in, acting = [await promises.begin(city) for _ in range(2)]
        under_review = (await promises.go_on(city, acting)).under_review
        assert under_review is not None
        act = c.ReviewFeedback(
            receipt_id=under_review.receipt_id,
            verdict=c.Verdict.FOUND_FALSE,
            reason=LONG[:2_000],
            by=OFFICER,
        )
        async with full(city):
            monkeypatch.setattr(promised, "TEXT", LONG)
            with pytest.raises(OperationalError, match="full"):
                await promises.hand_in(city, handing_in)
            assert not [one for one, of in promises.receipts.items() if of == handing_in]
            with pytest.raises(OutcomeUnknown):
                await replace(desk_of(city), patience=timedelta(seconds=2)).command(
                    acting, act, ACT
                )
        await insist(desk_of(city), acting, act, ACT)
        promises.acts[ACT] = acting
        for number in promises.numbers:
            await promises.close(city, number)
        await agrees(city)
        await promises.demand_kept(city)
