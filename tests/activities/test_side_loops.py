"""A side loop that fails begins again, is counted, and ends nobody else."""

from __future__ import annotations

import asyncio

from activities.side_loops import SideLoop
from store.engine import Database
from store.watch import loop_failures
from tests.worlds.patience import eventually


async def test_a_loop_that_fails_begins_again_and_each_failure_is_counted(db: Database) -> None:
    begun = 0

    async def loop(stop: asyncio.Event) -> None:
        nonlocal begun
        begun += 1
        if begun < 4:
            raise KeyError("No message with key")
        await stop.wait()

    stop = asyncio.Event()
    side = SideLoop(db, "returned_mail", loop, first_pause=0.01, longest_pause=0.02)
    running = asyncio.create_task(side.run_forever(stop))

    async def well_again() -> bool:
        return begun == 4

    await eventually(well_again, "the fourth beginning")
    stop.set()
    await running
    async with db.reading() as session:
        (row,) = await loop_failures.counted(session)
    assert (row.name, row.failures) == ("returned_mail", 3)
    assert row.last_error == "KeyError: 'No message with key'"


async def test_what_the_store_did_not_take_is_counted_with_the_next_failure(db: Database) -> None:
    failed = 0

    async def loop(stop: asyncio.Event) -> None:
        nonlocal failed
        failed += 1
        if failed < 3:
            raise PermissionError("read-only")
        await stop.wait()

    stop = asyncio.Event()
    side = SideLoop(db, "courier", loop, first_pause=0.01, longest_pause=0.02)
    side.uncounted = 5
    running = asyncio.create_task(side.run_forever(stop))

    async def well_again() -> bool:
        return failed == 3

    await eventually(well_again, "the third beginning")
    stop.set()
    await running
    async with db.reading() as session:
        (row,) = await loop_failures.counted(session)
    assert row.failures == 7
    assert side.uncounted == 0
