"""Whether starts and acts are shut, because a restore was noticed and not looked at yet."""

from __future__ import annotations

import asyncio

from office.ports import Services
from office.refused import Refused
from store.watch import doors

PAUSE_SECONDS = 5.0


async def are_shut(services: Services) -> bool:
    """Say whether starts and acts wait; development is warned, and goes on."""
    if services.development:
        return False
    async with services.db.reading() as session:
        return await doors.shut(session) is not None


async def demand_open(services: Services) -> None:
    """Refuse what would begin or change a life while it is not known what was restored."""
    if await are_shut(services):
        raise Refused("restored_unchecked")


async def until_open(services: Services) -> None:
    """Wait, as lists that are under way do."""
    while await are_shut(services):  # noqa: ASYNC110 - what opens them is another process
        await asyncio.sleep(PAUSE_SECONDS)
