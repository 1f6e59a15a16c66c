"""The loop that erases personal data kept long enough."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from activities.side_loops import pause
from store.engine import Database
from store.keeping import retention
from store.keeping.retention import Keeping
from store.watch import doors

EVERY_SECONDS = 6 * 3600
AGAIN_SECONDS = 60
"""How soon is asked again whether a restore was looked at."""

_log = structlog.get_logger(__name__)


class Retention:
    """Erases by one set of periods, at the start and some times a day."""

    def __init__(self, db: Database, keeping: Keeping) -> None:
        """Erase in `db` what `keeping` says."""
        self._db, self._keeping = db, keeping

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Erase, wait, until `stop` is set."""
        while not stop.is_set():
            erased = await self.erase()
            if erased:
                _log.info("personal data erased", **erased)
            await pause(stop, AGAIN_SECONDS if erased is None else EVERY_SECONDS)

    async def erase(self) -> Mapping[str, int] | None:
        """Erase now and give what went, by kind; None while a restore was noticed and not looked at yet."""
        async with self._db.reading() as session:
            if await doors.shut(session) is not None:
                return None
        return await retention.erase(self._db, self._keeping)
