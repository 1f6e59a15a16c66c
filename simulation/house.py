"""Everything the lives of one server need: clock, store, courier and worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from temporalio.client import Client

from activities.courier import Courier
from activities.temporal_worker import temporal_worker
from domain.rules import Rules
from embedded.prepare import add_sample_contacts
from gateways.link_signer import LinkSigner
from gateways.mail import LastLook, Mail
from gateways.relay_answers import SendOutcome, SendResult
from gateways.renderer import Renderer
from simulation.skipping_server import skipping_server
from store.engine import Database
from store.migrate import upgrade


@dataclass(slots=True)
class SimulatedClock:
    """The domain's now of the life being lived: set to each stop, then running in real time."""

    _instant: datetime = field(default_factory=lambda: datetime.now(UTC))
    _since: float = field(default_factory=time.monotonic)

    def set(self, instant: datetime) -> None:
        """Move to an instant."""
        self._instant, self._since = instant, time.monotonic()

    def __call__(self) -> datetime:
        """Tell the time."""
        return self._instant + timedelta(seconds=time.monotonic() - self._since)


class LifeServer(Protocol):
    """A server on which a life's time passes as fast as its timers can fire."""

    @property
    def client(self) -> Client:
        """How it is reached."""

    async def get_current_time(self) -> datetime:
        """Tell the server's now of the life being lived."""

    async def sleep(self, duration: timedelta | float) -> None:
        """Let so much of that time pass."""


class TakesEverything:
    """A mail relay that takes every mail; what comes back later, the script reports.

    Only the acceptance matters here, as proof of service: a reported bounce takes it back.
    """

    async def send(self, mail: Mail, last_look: LastLook) -> SendResult:
        """Take one mail, unless the last look calls it back."""
        wanted = await last_look()
        return SendResult(SendOutcome.ACCEPTED if wanted else SendOutcome.CALLED_BACK)

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything one server's lives need; its clock is the life's that is being lived."""

    env: LifeServer
    db: Database
    clock: SimulatedClock
    courier: Courier
    rules: Rules


@asynccontextmanager
async def open_house(folder: Path, rules: Rules) -> AsyncIterator[House]:
    """Keep a house in `folder` while the context is open."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    clock = SimulatedClock()
    await upgrade(url_of(folder))
    db = Database(url_of(folder), clock)
    signer = LinkSigner([("simulation", "0" * 32)], clock=clock)
    base_url = "http://127.0.0.1"
    courier = Courier(db, TakesEverything(), Renderer(), signer, base_url, digests=False)
    await add_sample_contacts(db)
    try:
        async with skipping_server() as env, temporal_worker(env.client, db):
            yield House(env=env, db=db, clock=clock, courier=courier, rules=rules)
    finally:
        await db.dispose()


def url_of(folder: Path) -> str:
    """Give the address of a house's database."""
    return f"sqlite:///{folder / 'bihuan.db'}"
