"""The loop that collects what nobody refers to: files never handed in, and rows that have served."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from activities.side_loops import pause
from gateways.evidence import EvidenceStore
from store.engine import Database
from store.keeping import collected, leftovers, unreferenced
from store.watch import doors, reconciliations

EVERY = timedelta(days=1)
LEFT_LYING = timedelta(days=1)
"""After this nobody writes an upload any more."""

FILES = "files"
_WAKES_SECONDS = 3600
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a look collected, or would: rows and files by kind, and the bytes of the files.

    `waiting` files are referred to by nothing and wait for their second look; `held`: no file goes while store
    and lives disagree, for what is missing there may be what refers to it. After a restore, until it was looked
    at, nothing at all goes (`shut`).
    """

    numbers: dict[str, int] = field(default_factory=dict)
    size: int = 0
    waiting: int = 0
    held: bool = False
    shut: bool = False


class Collector:
    """Collects by one set of periods, in days; 0 keeps for ever."""

    def __init__(
        self, db: Database, evidence: EvidenceStore, uploads_days: int, requests_days: int
    ) -> None:
        """Collect from `db` and `evidence`."""
        self._db, self._evidence = db, evidence
        self._age, self._requests_days = timedelta(days=uploads_days), requests_days

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Collect once a day, whichever worker comes first, until `stop` is set."""
        while not stop.is_set():
            if await self._is_due() and not (gathered := await self.collect()).shut:
                _log.info("collected", size=gathered.size, **gathered.numbers)
            await pause(stop, _WAKES_SECONDS)

    async def _is_due(self) -> bool:
        async with self._db.reading() as session:
            looks = {one.what: one.looked_at for one in await collected.so_far(session)}
        return FILES not in looks or self._db.now() - looks[FILES] >= EVERY

    async def collect(self) -> Gathered:
        """Remove rows that have served and let files go at their second look; counted as it is done."""
        if await self._are_shut():
            return Gathered(held=True, shut=True)
        numbers = await leftovers.remove(self._db, self._requests_days)
        for what, number in numbers.items():
            await collected.note(self._db, what, number)
        cleared = await asyncio.to_thread(self._evidence.tidy, LEFT_LYING)
        held, size, gone = await self._differs(), 0, 0
        found = await self._unreferred()
        async with self._db.reading() as session:
            over = found & await unreferenced.seen_before(session, self._db)
        await unreferenced.note(self._db, found)
        for sha256 in () if held else sorted(over):
            freed = await asyncio.to_thread(self._evidence.discard, sha256, self._age)
            gone, size = gone + (freed is not None), size + (freed or 0)
        await unreferenced.forget(self._db, set() if held else over)
        await collected.note(self._db, FILES, gone + cleared, size)
        return Gathered(
            numbers=numbers | {FILES: gone + cleared},
            size=size,
            waiting=len(found) - (0 if held else len(over)),
            held=held,
        )

    async def rehearse(self) -> Gathered:
        """Say what would be collected now; nothing changes."""
        numbers = await leftovers.count(self._db, self._requests_days)
        found = await self._unreferred()
        async with self._db.reading() as session:
            over = found & await unreferenced.seen_before(session, self._db)
        sizes = [await asyncio.to_thread(self._evidence.size, one) for one in over]
        return Gathered(
            numbers=numbers | {FILES: len(over)},
            size=sum(sizes),
            waiting=len(found) - len(over),
            held=await self._differs(),
            shut=await self._are_shut(),
        )

    async def _unreferred(self) -> set[str]:
        """Give the files old enough that nothing refers to."""
        if not self._age:
            return set()
        old = await asyncio.to_thread(lambda: set(self._evidence.not_brought_for(self._age)))
        return await unreferenced.unreferred(self._db, old)

    async def _are_shut(self) -> bool:
        async with self._db.reading() as session:
            return await doors.shut(session) is not None

    async def _differs(self) -> bool:
        async with self._db.reading() as session:
            last = await reconciliations.last(session)
        return last is not None and not reconciliations.body_of(last)["ok"]
