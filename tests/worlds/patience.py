"""Waiting for what comes by itself: on a slow machine it comes later, and only what hangs is ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.outcomes import NoSuchLife, Outcome, OutcomeUnknown

T = TypeVar("T")

PATIENCE = 120
"""Seconds after which something does not come any more; on an idle machine all of it takes a few."""


async def eventually(look: Callable[[], Awaitable[T | None]], what: str = "") -> T:
    """Look until something is there, more seldom as it takes longer: looking holds up what comes.

    Nobody answering yet is nothing there yet.
    """
    give_up, pause, seen = time.monotonic() + PATIENCE, 0.02, ""
    while time.monotonic() < give_up:
        try:
            found = await look()
            seen = repr(found)
        except (OutcomeUnknown, NoSuchLife) as error:
            found, seen = None, repr(error)
        if found:
            return found
        await asyncio.sleep(pause)
        pause = min(pause * 1.25, 0.25)
    named = what or getattr(look, "__qualname__", repr(look))
    raise AssertionError(f"{named} did not come in {PATIENCE} s; the last look gave {seen}")


async def answered(ask: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Ask again while the outcome is unknown, as everybody does who commands a life under an id.

    It is unknown where a run ended just as the command reached it, or a slow machine took too long.
    """
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            return await ask()
        except OutcomeUnknown:
            if time.monotonic() > give_up:
                raise
        await asyncio.sleep(0.1)
