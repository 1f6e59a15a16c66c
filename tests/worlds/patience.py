"""Waiting for what comes by itself: on a slow machine it comes later, and only what hangs is ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.outcomes import NoSuchLife, OutcomeUnknown

T = TypeVar("T")

PATIENCE = 120
"""Seconds after which something does not come any more; on an idle machine all of it takes a few."""


async def eventually(look: Callable[[], Awaitable[T | None]], what: str = "it") -> T:
    """Look until something is there; nobody answering yet is nothing there yet."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            found = await look()
        except (OutcomeUnknown, NoSuchLife):
            found = None
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"{what} did not come")
