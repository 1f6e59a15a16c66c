"""The loop that erases personal data kept long enough."""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from store.engine import Database
from store.keeping import retention
from store.keeping.retention import Keeping

EVERY_SECONDS = 6 * 3600
_log = structlog.get_logger(__name__)


class Retention:
    """Erases by one set of periods, at the start and some times a day."""

    def __init__(self, db: Database, keeping: Keeping) -> None:
        """Erase in `db` what `keeping` says."""
        self._db, self._keeping = db, keeping

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Erase, wait, until `stop` is set."""
        while not stop.is_set():
            erased = await retention.erase(self._db, self._keeping)
            if erased:
                _log.info("personal data erased", **erased)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY_SECONDS)
