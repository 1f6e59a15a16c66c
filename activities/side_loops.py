"""The loops beside the lives: one that fails begins again, and never ends the worker."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from store.engine import Database
from store.watch import loop_failures

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0

Loop = Callable[[asyncio.Event], Awaitable[None]]
"""Goes on until the event is set."""

_log = structlog.get_logger(__name__)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait until it is time to look again, or until the loop shall end."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


@dataclass(slots=True)
class SideLoop:
    """A loop with its name, begun again after each failure with a pause that doubles.

    One that went on for longer than `longest_pause` (seconds) has recovered: the pause is short again.
    """

    db: Database
    name: str
    loop: Loop
    first_pause: float = FIRST_PAUSE_SECONDS
    longest_pause: float = LONGEST_PAUSE_SECONDS
    uncounted: int = 0

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set, whatever the loop meets."""
        seconds, clock = self.first_pause, asyncio.get_running_loop()
        while not stop.is_set():
            begun_at = clock.time()
            try:
                await self.loop(stop)
            except Exception as error:  # noqa: BLE001 - whatever it is, the lives go on
                _log.exception("side loop failed, beginning again", loop=self.name)
                await self._count(error)
            if clock.time() - begun_at > self.longest_pause:
                seconds = self.first_pause
            await pause(stop, seconds)
            seconds = min(seconds * 2, self.longest_pause)

    async def _count(self, error: Exception) -> None:
        """Write the failure down; what the store does not take now is counted with the next one."""
        self.uncounted += 1
        try:
            words = f"{type(error).__name__}: {error}"
            await loop_failures.count(self.db, self.name, self.uncounted, words)
        except Exception:  # noqa: BLE001 - counted with the next one
            _log.exception("a side loop's failure could not be counted", loop=self.name)
        else:
            self.uncounted = 0
