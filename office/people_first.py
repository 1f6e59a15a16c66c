"""People before lists: what is done to many problems stands behind what a person does to one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

FEW = max(2, min(os.cpu_count() or 1, 32))
"""How many of many are under way at once: as many keep the cores busy.

A person's act shares the cores with them, so that each more makes every act wait longer.
"""

LONGEST_STEP_BACK = 1.0
"""How many seconds one of many lets people who act go first, so that lists get on under any load."""

_BEHIND: ContextVar[bool] = ContextVar("one of many", default=False)


def few() -> asyncio.Semaphore:
    """Give the places of one piece of work on many problems."""
    return asyncio.Semaphore(FEW)


@dataclass(slots=True)
class People:
    """Whose acts are under way in this process."""

    acting: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    @contextmanager
    def first(self) -> Iterator[None]:
        """Act before lists; what is one of many already stays behind."""
        if _BEHIND.get():
            yield
            return
        self.acting += 1
        self.gone.clear()
        try:
            yield
        finally:
            self.acting -= 1
            if not self.acting:
                self.gone.set()

    async def step_back(self) -> None:
        """Let other requests come in between, and whoever acts be done, or the longest step back be over."""
        await asyncio.sleep(0)
        if self.acting:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.gone.wait(), LONGEST_STEP_BACK)

    @asynccontextmanager
    async def behind(self, places: asyncio.Semaphore) -> AsyncIterator[None]:
        """Do one of many: with a place, and once nobody acts or the longest step back is over."""
        async with places:
            await self.step_back()
            mark = _BEHIND.set(True)
            try:
                yield
            finally:
                _BEHIND.reset(mark)
