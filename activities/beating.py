"""A deed that takes long says that it is still being done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from temporalio import activity

EVERY = timedelta(seconds=8)


@asynccontextmanager
async def beating(every: timedelta = EVERY) -> AsyncIterator[None]:
    """Tell the server every few seconds that the deed goes on, however long the store takes.

    A busy store is waited for; the deed of a worker that died is soon given to another one.
    """
    if not activity.in_activity():
        yield
        return
    beat = asyncio.create_task(_beat(every))
    try:
        yield
    finally:
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat


async def _beat(every: timedelta) -> None:
    while True:
        await asyncio.sleep(every.total_seconds())
        activity.heartbeat()
