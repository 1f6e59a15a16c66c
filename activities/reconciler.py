"""Holding store, lives and archive against each other: the look itself, and the loop that repeats it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from temporalio.client import Client

from activities.archive_check import archive_differences
from activities.history_check import history_differences
from domain.reconciliation import Difference, Disagreement, disagreements
from gateways import epoch_keeper, lives_on_server
from gateways.epoch_keeper import NoKeeper
from store.engine import Database
from store.people.security_log import SYSTEM
from store.watch import archive_index, doors, life_troubles, reconciliations, reconciling

AGAIN_SECONDS = 5.0
"""What is seen once only was on its way: all is looked at again before anything is said."""
MOST_KEPT = 1000
_CONFIRMED = frozenset({Disagreement.LIFE_DIFFERS, Disagreement.LIFE_NOT_OVER})
_log = structlog.get_logger(__name__)


async def held_there(client: Client) -> str:
    """Give the beat that Temporal holds, "" where it keeps none; raises RPCError."""
    try:
        return await epoch_keeper.read(client)
    except NoKeeper:
        return ""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What one look came to; `seconds` is how long it took."""

    problems: int
    lives: int
    runs_archived: int
    differences: tuple[Difference, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON content; of very many differences the first, and all counted."""
        return {
            "ok": not self.differences,
            "problems": self.problems,
            "lives": self.lives,
            "runs_archived": self.runs_archived,
            "seconds": round(self.seconds, 1),
            "counts": dict(sorted(Counter(one.code.value for one in self.differences).items())),
            "differences": [
                {
                    "code": one.code.value,
                    "problem_no": one.problem_no,
                    "detail": one.detail,
                    "words": one.words,
                }
                for one in self.differences[:MOST_KEPT]
            ],
        }


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Looks at one store, one server and one archive folder."""

    client: Client
    db: Database
    archive: Path
    every: timedelta = timedelta(minutes=10)
    lag: timedelta = lives_on_server.LAG
    again_seconds: float = AGAIN_SECONDS

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Look at intervals until `stop` is set; what another worker has just looked at is left out."""
        pause = self.every / 10
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause.total_seconds())
            if not stop.is_set() and await self._is_time():
                found = await (self.look_whole() if await self._are_shut() else self.look())
                if found.differences:
                    _log.error("reconciliation found differences", **found.as_json()["counts"])

    async def _are_shut(self) -> bool:
        async with self.db.reading() as session:
            return await doors.shut(session) is not None

    async def _is_time(self) -> bool:
        async with self.db.reading() as session:
            last = await reconciliations.last(session)
            if await doors.shut(session) is not None:
                return True
        return last is None or self.db.now() - last.looked_at >= self.every

    async def look_whole(self) -> Reconciled:
        """Look at everything and into everything; where all agrees, doors that were shut open.

        Not before the lag is over since they were shut: what is younger is not looked at.
        """
        begun_at = self.db.now()
        there = await held_there(self.client)
        found = await self.look(whole=True)
        async with self.db.reading() as session:
            shut = await doors.shut(session)
        if shut is not None and not found.differences and shut.shut_at <= begun_at - self.lag:
            await doors.reopen(self.db, there, SYSTEM, "核对全部一致", found.as_json())
        return found

    async def look(self, *, whole: bool = False) -> Reconciled:
        """Look at everything, keep what was found, and give it; raises RPCError.

        A `whole` look reads every archived file and the history of every life on the server.
        """
        begun, read_all = time.monotonic(), whole
        found = await self._once(read_all=read_all)
        if found.differences:
            await asyncio.sleep(self.again_seconds)
            again = await self._once(read_all=read_all)
            seen = {(one.code, one.problem_no) for one in found.differences}
            stayed = (one for one in again.differences if (one.code, one.problem_no) in seen)
            found = self._of(again, stayed, begun)
        else:
            found = self._of(found, (), begun)
        kind = doors.WHOLE if whole else reconciliations.QUICK
        await reconciliations.keep(self.db, found.as_json(), kind)
        return found

    @staticmethod
    def _of(look: Reconciled, differences: Iterable[Difference], begun: float) -> Reconciled:
        seconds = time.monotonic() - begun
        return Reconciled(
            look.problems, look.lives, look.runs_archived, tuple(sorted(differences)), seconds
        )

    async def _once(self, *, read_all: bool) -> Reconciled:
        now = self.db.now()
        async with self.db.reading() as session:
            kept = await reconciling.kept(session, now - self.lag)
            receipts = await reconciling.receipts(session, self.lag, now)
            rows = await archive_index.everything(session)
        lives = await lives_on_server.lives(self.client, self.lag)
        found = await asyncio.to_thread(lambda: list(disagreements(kept, lives)))
        found = await self._confirmed(found)
        found += await self._stuck()
        found += receipts
        if read_all:
            found += await history_differences(self.client, self.db, lives, sorted(lives))
        found += await asyncio.to_thread(
            archive_differences, self.archive, rows, self.lag, read_all=read_all
        )
        return Reconciled(len(kept), len(lives), len(rows), tuple(found), 0)

    async def _confirmed(self, found: Sequence[Difference]) -> list[Difference]:
        """Drop what a life that is at work will have caught up with by itself."""
        doubtful = {one.problem_no for one in found if one.code in _CONFIRMED}
        at_work = await lives_on_server.at_work(self.client, doubtful)
        return [
            one
            for one in found
            if one.code not in _CONFIRMED or at_work.get(one.problem_no, "") is None
        ]

    async def _stuck(self) -> list[Difference]:
        """Name the lives that retry in vain: those of which the worker or the server tells so."""
        async with self.db.reading() as session:
            noted = {one.problem_no for one in await life_troubles.present(session)}
        asked = noted | await lives_on_server.troubled(self.client)
        told = await lives_on_server.at_work(self.client, sorted(asked))
        return [
            Difference(Disagreement.LIFE_STUCK, number, why) for number, why in told.items() if why
        ]
