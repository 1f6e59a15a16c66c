"""Brings every committed paper to its problem's life, again and again until it is settled.

Each goes as an Update whose id is the receipt's, so that bringing it twice is bringing it once. The
papers of one problem, answers and requests alike, go in the order they were received: behind one
whose outcome is unknown the others wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import OperationalError

from activities.side_loops import pause
from store.district import delivering, inbox
from store.district.delivering import Desk
from store.district.inbox import InboxState
from store.engine import Database
from store.tables import InboxRow

PAUSE_SECONDS = 2.0
AT_ONCE = 10

_log = structlog.get_logger(__name__)


class Deliverer:
    """The loop between inbox and lives; several may run beside each other."""

    def __init__(self, db: Database, desk: Desk, pause_seconds: float = PAUSE_SECONDS) -> None:
        """Deliver from `db` to `desk`, looking again every `pause_seconds`."""
        self._db = db
        self._desk = desk
        self._pause = pause_seconds
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def run_once(self) -> int:
        """Try every undelivered submission once; give how many were settled."""
        async with self._db.reading() as session:
            waiting = await inbox.undelivered(session)
        return sum(await asyncio.gather(*map(self._deliver, waiting.values())))

    async def _deliver(self, receipts: Sequence[str]) -> int:
        """Bring one problem's papers to it, one after another."""
        for settled, receipt_id in enumerate(receipts):
            async with self._turns:
                state = await self._deliver_one(receipt_id)
            if state is InboxState.RECEIVED:
                return settled
            _log.info("submission settled", receipt_id=receipt_id, state=state.value)
        return len(receipts)

    async def _deliver_one(self, receipt_id: str) -> InboxState:
        async with self._db.reading() as session:
            row = await session.get_one(InboxRow, receipt_id)
        if row.state != InboxState.RECEIVED:
            return InboxState(row.state)
        return await delivering.deliver(self._db, self._desk, row)

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; a database that is busy is asked again."""
        while not stop.is_set():
            try:
                await self.run_once()
            except OperationalError as error:
                _log.warning("inbox not reachable", error=str(error.orig))
            await pause(stop, self._pause)
