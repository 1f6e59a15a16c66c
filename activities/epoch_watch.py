"""The beat between store and Temporal, and what is done when it tells of a restore."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import KW_ONLY, dataclass
from datetime import timedelta

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from activities.side_loops import pause
from domain.restore_epoch import Epoch, Restored, restored
from gateways import epoch_keeper
from gateways.epoch_keeper import NoKeeper
from store.engine import Database
from store.watch import doors, epochs

LOOK_SECONDS = 10.0
BEAT = timedelta(minutes=1)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EpochWatch:
    """Watches one store and one namespace; several may do so beside each other.

    With `heeds_doors` a restore stops what goes on, mails that may have gone out among it; else it is told only.
    """

    client: Client
    db: Database
    beat_every: timedelta = BEAT
    look_seconds: float = LOOK_SECONDS
    _: KW_ONLY
    heeds_doors: bool = False

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Look and beat until `stop` is set; a server that is away is asked again."""
        while not stop.is_set():
            try:
                await self.look()
            except RPCError as error:
                _log.warning("epoch not compared", error=str(error))
            await pause(stop, self.look_seconds)

    async def look(self) -> Restored | None:
        """Compare both sides once: shut the doors when one was restored, else go on by a beat.

        Raises RPCError. A server that keeps nothing for us is left alone.
        """
        try:
            kept, begun, there = await self._both()
            found = restored(Epoch.read(kept), Epoch.read(begun), Epoch.read(there))
            if found is not None:
                await self._shut(found, f"{kept or '-'} / {there or '-'}")
            elif not await self._are_shut():
                await self._beat(there)
        except NoKeeper as error:
            _log.warning("temporal keeps no epoch for us", error=str(error))
            return None
        return found

    async def compare(self) -> Restored | None:
        """Say what was restored, and do nothing about it; raises RPCError."""
        try:
            kept, begun, there = await self._both()
        except NoKeeper:
            return None
        return restored(Epoch.read(kept), Epoch.read(begun), Epoch.read(there))

    async def _both(self) -> tuple[str, str, str]:
        """Read both sides as of one moment: the store said the same before and after."""
        ours = await self._ours()
        while True:
            there = await epoch_keeper.read(self.client)
            again = await self._ours()
            if ours == again:
                return *ours, there
            ours = again

    async def _ours(self) -> tuple[str, str]:
        async with self.db.reading() as session:
            return await epochs.read(session)

    async def _are_shut(self) -> bool:
        async with self.db.reading() as session:
            return await doors.shut(session) is not None

    async def _shut(self, found: Restored, details: str) -> None:
        if await doors.shut_for(self.db, found, details, heeded=self.heeds_doors):
            _log.error("a restore was noticed, starts and acts are shut", why=found.value)

    async def _beat(self, there: str) -> None:
        last = Epoch.read(there)
        following = Epoch(last.number + 1 if last else 1, secrets.token_hex(8)).text
        if await epochs.begin(self.db, there, following, self.beat_every):
            await epoch_keeper.write(self.client, following)
            await epochs.confirm(self.db, following)
