"""Twenty kills of the worker and twenty of the Temporal server: nothing lost, nothing doubled.

Lives go on beside each other, one after another, for as long as the killing lasts.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.local_time import day_of
from gateways.problem_desk import TemporalDesk
from tests.journeys.whole_life import LISTED, begin, demand_whole, live_to_closure
from tests.worlds.processes import Processes

KILLS = int(os.environ.get("KILLS", "20"))
SIDE_BY_SIDE = 5
SEED = 20240624

_log = logging.getLogger(__name__)


async def live_on(house: Processes, desk: TemporalDesk, row: int, over: asyncio.Event) -> list[str]:
    """Live one life after another until the killing is over; give their numbers."""
    numbers: list[str] = []
    while not over.is_set():
        numbers.append(f"CQ2026-{row}{len(numbers):03d}")
        await begin(desk, numbers[-1], day_of(datetime.now(UTC)))
        await live_to_closure(house, desk, numbers[-1], LISTED)
    return numbers


async def kill_in_turn(house: Processes, over: asyncio.Event, kills: int = KILLS) -> None:
    """Kill in turn, at moments nobody chose, until both have had their number."""
    draw = random.Random(SEED)
    try:
        for what in ["worker", "server"] * kills:
            await asyncio.sleep(draw.uniform(0.05, 0.6))
            await house.kill_one(what)
            _log.info("killed %s %d", what, house.kills[what])
            if what == "worker":
                await asyncio.sleep(draw.uniform(0.5, 2.0))
    finally:
        over.set()


@pytest.mark.timeout(600 + 60 * KILLS)
async def test_forty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    house, over, begun = Processes(tmp_path), asyncio.Event(), time.monotonic()
    desk = await house.start()
    try:
        lives = (live_on(house, desk, row, over) for row in range(1, SIDE_BY_SIDE + 1))
        rows, _ = await asyncio.gather(asyncio.gather(*lives), kill_in_turn(house, over))
        assert house.kills == {"worker": KILLS, "server": KILLS}
        numbers = [number for row in rows for number in row]
        for number in numbers:
            await demand_whole(house, desk, number, LISTED)
        spent = time.monotonic() - begun
        _log.info("%s, %d lives, %.0f s", dict(house.kills), len(numbers), spent)
    finally:
        await house.stop()
