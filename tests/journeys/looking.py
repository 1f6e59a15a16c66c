"""Looks at a city that allow for no lag: what is named, and when all agrees again."""

from __future__ import annotations

import time
from datetime import timedelta

from activities.epoch_watch import EpochWatch
from activities.reconciler import Reconciler
from domain.restore_epoch import Restored
from store.watch import doors
from tests.worlds.city import City
from tests.worlds.patience import PATIENCE, eventually


def looking(city: City) -> Reconciler:
    """Looks without allowing for any lag."""
    archive = city.settings.archive
    return Reconciler(city.client, city.db, archive, lag=timedelta(0), again_seconds=0.5)


async def named(city: City, *wanted: tuple[str, str]) -> None:
    """Wait until a look at everything names just that."""

    async def told() -> bool:
        found = await looking(city).look_whole()
        return {(one.code.value, one.problem_no) for one in found.differences} >= set(wanted)

    await eventually(told, str(wanted))


async def agrees(city: City) -> None:
    """Wait until a look at everything finds nothing."""
    give_up = time.monotonic() + PATIENCE
    while found := (await looking(city).look_whole()).differences:
        assert time.monotonic() < give_up, [one.words for one in found]


async def beat(city: City) -> Restored | None:
    """Compare the marks of both sides, and go on by one."""
    return await EpochWatch(city.client, city.db, timedelta(0)).look()


async def shut_for(city: City) -> str:
    """Why starts and acts are shut; "" while they are open."""
    async with city.db.reading() as session:
        row = await doors.shut(session)
    return row.why if row else ""
