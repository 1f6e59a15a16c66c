"""Worker and Temporal server as processes of their own, and ways to insist on an answer."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from domain import commands as c
from domain.outcomes import Outcome
from domain.problem import Problem
from domain.stages import Stage
from embedded.prepare import prepare
from embedded.temporal_server import NAMESPACE, TemporalServer, free_port
from gateways.problem_desk import TemporalDesk
from settings import Settings
from store.engine import Database
from tests.worlds.patience import eventually
from wiring import desk_for, rules_of_the_day, shifted_clock

T = TypeVar("T")


class Processes:
    """Worker and server as processes of their own, stopped, killed and started again.

    `url` is the store's address, SQLite in the folder by default; `shift` moves the domain's now.
    """

    def __init__(self, folder: Path, url: str = "", shift: timedelta = timedelta(0)) -> None:
        self.server = TemporalServer(folder / "temporal", free_port())
        self.settings = Settings(
            _env_file=None,
            data_dir=folder,
            database_url=url,
            temporal_address=self.server.address,
            temporal_namespace=NAMESPACE,
            smtp_port=free_port(),
            digests=False,
            clock_shift_seconds=shift.total_seconds(),
        )
        self.db = Database(self.settings.database, shifted_clock(self.settings))
        self.kills: Counter[str] = Counter()
        self._worker: asyncio.subprocess.Process | None = None

    async def start(self) -> TemporalDesk:
        await prepare(self.settings, self.db)
        client = await self.server.start()
        await self.start_worker()
        return desk_for(client, self.settings, rules_of_the_day(self.settings))

    async def start_worker(self) -> None:
        environment = {
            **os.environ,
            "BIHUAN_DATA_DIR": str(self.settings.data_dir),
            "BIHUAN_DATABASE_URL": self.settings.database_url,
            "BIHUAN_TEMPORAL_ADDRESS": self.server.address,
            "BIHUAN_SMTP_PORT": str(self.settings.smtp_port),
            "BIHUAN_DIGESTS": str(self.settings.digests),
            "BIHUAN_CLOCK_SHIFT_SECONDS": str(self.settings.clock_shift_seconds),
        }
        self._worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cli",
            "worker",
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def kill_one(self, what: str) -> None:
        """Kill one, without a word, and start it again."""
        self.kills[what] += 1
        if what == "server":
            await self.server.kill()
            await self.server.start()
            return
        await self.kill_worker()
        await self.start_worker()

    async def kill_worker(self) -> None:
        if self._worker is not None and self._worker.returncode is None:
            self._worker.kill()
            await self._worker.wait()

    @contextmanager
    def stopped_at(self, instant: datetime) -> Iterator[None]:
        """Let the store's clock stand still: at that instant comes whatever comes, however slowly."""
        running, self.db.now = self.db.now, lambda: instant
        try:
            yield
        finally:
            self.db.now = running

    async def until(self, instant: datetime) -> None:
        """Wait until the clock has passed an instant."""
        left = (instant - self.db.now()).total_seconds()
        await asyncio.sleep(max(left, 0) + 0.1)

    async def stop(self) -> None:
        await self.kill_worker()
        await self.server.stop()
        await self.db.dispose()


EVENINGS = (20, 60, 180, 540)
"""How many seconds before an instant all is begun; the next is tried when it was too short."""


async def gone_before(
    instant: datetime,
    folder: Path,
    prepare: Callable[[Processes, TemporalDesk], Awaitable[T]],
) -> tuple[Processes, TemporalDesk, T]:
    """Prepare what is to happen around an instant, and let the worker be gone before it comes."""
    for evening in EVENINGS:
        shift = instant - timedelta(seconds=evening) - datetime.now(UTC)
        async with AsyncExitStack() as closing:
            house = Processes(folder / str(evening), shift=shift)
            closing.push_async_callback(house.stop)
            desk = await house.start()
            prepared = await prepare(house, desk)
            await house.kill_worker()
            if house.db.now() < instant:
                closing.pop_all()
                return house, desk, prepared
    raise AssertionError("no evening was long enough")


async def insist(desk: TemporalDesk, number: str, command: c.Command, key: str) -> Outcome:
    """Ask under the same id until the outcome is known."""
    return await eventually(
        lambda: desk.command(number, command, key), f"the outcome of {command.name}"
    )


async def known(desk: TemporalDesk, number: str, stage: Stage) -> Problem:
    """Ask until the life has come to a stage."""

    async def there() -> Problem | None:
        problem = await desk.state(number)
        return problem if problem.stage is stage else None

    return await eventually(there, f"{number} at {stage}")
