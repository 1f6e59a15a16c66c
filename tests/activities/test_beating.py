"""A deed that waits for a busy store is not taken for one that died."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio.testing import ActivityEnvironment

from activities.beating import beating


async def test_a_deed_says_that_it_goes_on_as_long_as_it_does() -> None:
    """It beats while it waits, and no more once it is done."""
    beats: list[object] = []
    place = ActivityEnvironment()
    place.on_heartbeat = lambda *details: beats.append(details)

    async def deed() -> int:
        async with beating(timedelta(milliseconds=10)):
            await asyncio.sleep(0.1)
        told = len(beats)
        await asyncio.sleep(0.05)
        return told

    told = await place.run(deed)
    assert told >= 3
    assert len(beats) == told


async def test_what_is_done_outside_of_a_worker_beats_not() -> None:
    """A test that calls a deed itself needs no worker."""
    async with beating(timedelta(0)):
        await asyncio.sleep(0.01)
