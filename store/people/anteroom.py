"""Where strangers wait who want to sign in: a few are looked at, the others cost nothing meanwhile.

Without it a hundred who guess at once would each be a request under way, with a count in the store to write and a
password to reckon, and everybody else's page would stand behind all of them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AT_ONCE = 2
"""One whose password is reckoned, one whose try is counted."""

MOST_WAITING = 200


class Full(Exception):
    """So many wait that this one is sent away."""


class Anteroom:
    """A few at a time, in the order they came."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        """Begin empty."""
        self._free, self._most = at_once, most_waiting
        self._line: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn and have it while the context is open; raises Full."""
        if self._free:
            self._free -= 1
        else:
            await self._wait()
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self) -> None:
        if len(self._line) >= self._most:
            raise Full
        mine = asyncio.get_running_loop().create_future()
        self._line.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled():
                self._pass_on()
            elif mine in self._line:
                self._line.remove(mine)
            raise

    def _pass_on(self) -> None:
        """Let the next one in; who went away while waiting has left the line himself."""
        while self._line and self._line[0].done():
            self._line.popleft()
        if self._line:
            self._line.popleft().set_result(None)
        else:
            self._free += 1


STRANGERS = Anteroom()
