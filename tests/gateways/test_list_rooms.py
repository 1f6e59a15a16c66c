"""Hostile lists wait for one another, and nobody else waits for them."""

from __future__ import annotations

import asyncio
import threading

from gateways.list_rooms import AT_ONCE, read_apart


async def test_lists_are_read_a_few_at_a_time_and_hold_up_nothing_else() -> None:
    going, under_way, most = threading.Event(), 0, 0

    def read() -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        going.wait(10)
        under_way -= 1

    lists = [asyncio.create_task(read_apart(read)) for _ in range(20)]
    await asyncio.sleep(0.1)
    assert await asyncio.wait_for(asyncio.to_thread(lambda: "kept"), 1) == "kept"
    going.set()
    await asyncio.gather(*lists)
    assert most <= AT_ONCE
