"""Brings papers to their lives once more that stand as applied and of which the event log knows nothing.

So it is after Temporal was restored from an older moment and the records were written anew from its histories: the
receipt was acknowledged, and the life has forgotten it. A life that knows it answers as before and nothing changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from activities.side_loops import pause
from domain.reconciliation import Disagreement
from store.district import delivering
from store.district.delivering import Desk
from store.district.inbox import InboxState
from store.engine import Database
from store.tables import InboxRow
from store.watch import reconciliations

PAUSE_SECONDS = 60.0
_log = structlog.get_logger(__name__)


class LostPapers:
    """The loop behind the reconciliation: each look's lost papers are brought once."""

    def __init__(self, db: Database, desk: Desk) -> None:
        """Read from `db`, bring to `desk`."""
        self._db, self._desk = db, desk
        self._done_of: datetime | None = None

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Bring what each new look names, until `stop` is set."""
        while not stop.is_set():
            await self.run_once()
            await pause(stop, PAUSE_SECONDS)

    async def run_once(self) -> int:
        """Bring the papers the last look named, unless that was done; give how many lives have answered.

        One whose outcome is unknown is brought again at the next look, which names it still.
        """
        async with self._db.reading() as session:
            look = await reconciliations.last(session)
        if look is None or look.looked_at == self._done_of:
            return 0
        found = reconciliations.body_of(look)["differences"]
        lost = [one["detail"] for one in found if one["code"] == Disagreement.RECEIPT_NOT_IN_LOG]
        answered = await self._bring(lost)
        self._done_of = look.looked_at
        return answered

    async def _bring(self, receipts: Sequence[str]) -> int:
        answered = 0
        for receipt_id in receipts:
            async with self._db.reading() as session:
                row = await session.get(InboxRow, receipt_id)
            if row is None or row.state != InboxState.APPLIED:
                continue
            reply = await delivering.bring(self._desk, row)
            _log.warning(
                "a paper its life did not know was brought again",
                receipt_id=receipt_id,
                problem_no=row.problem_no,
                unknown=reply.unknown,
                refused=reply.code,
            )
            answered += not reply.unknown
        return answered
