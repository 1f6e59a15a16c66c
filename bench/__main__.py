"""`python -m bench`: print the ratios of the design's figures, each measured in one run."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

from activities.temporal_worker import temporal_worker
from bench.alone import audits, list_reading, on_the_real_workflow, rules_alone
from bench.bare import BareWorkflow, bare_record
from bench.database import ledger_page, receipts
from bench.deadlines import deadlines
from bench.lives import lives_and_updates
from bench.measuring import doing
from bench.noting import Noting
from embedded.temporal_server import TemporalServer, free_port
from gateways.problem_desk import TemporalDesk
from settings import Settings
from store.engine import Database
from store.migrate import upgrade
from wiring import rules_of_the_day
from workflows.sandbox import sandbox
from workflows.versions import BUILD


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The one server and the one database on which is measured what needs them."""

    client: Client
    db: Database
    desk: TemporalDesk
    noting: Noting


async def main() -> None:
    """Measure everything; the rules alone before server and database are there."""
    # As an ordinary installation has it: without, the sandbox would compile the workflow's file
    # anew for each life, on both sides of the comparison.
    sys.dont_write_bytecode = False
    print(
        f"{os.cpu_count()} 核，Python {platform.python_version()}，{platform.machine()}", flush=True
    )
    doing("纯规则")
    await rules_alone()
    doing("读取清单")
    list_reading()
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as folder:
        async with _open_place(Path(folder)) as place:
            await _on_one_server(place)
    doing("审计")
    await audits()
    doing("六十个问题在真实流程上")
    await on_the_real_workflow()


async def _on_one_server(place: Place) -> None:
    await lives_and_updates(place.client, place.desk, place.noting)
    doing("回执")
    await receipts(place.db)
    doing("一千个时限（约三分钟）")
    await deadlines(place.db, place.desk, place.noting)
    place.db.now = lambda: datetime.now(UTC)
    doing("台账页")
    await ledger_page(place.db)


@asynccontextmanager
async def _open_place(folder: Path) -> AsyncIterator[Place]:
    """Keep server, database and both sides' workers while the context is open."""
    settings = Settings(data_dir=folder)
    await upgrade(settings.database)
    db = Database(settings.database)
    server = TemporalServer(folder / "temporal", free_port())
    client = await server.start()
    desk = TemporalDesk(client=client, rules=rules_of_the_day(settings))
    noting = Noting()
    ours = temporal_worker(client, db, interceptors=[noting])
    try:
        async with ours, _bare_worker(client, noting):
            yield Place(client=client, db=db, desk=desk, noting=noting)
    finally:
        await server.stop()
        await db.dispose()


def _bare_worker(client: Client, noting: Noting) -> Worker:
    return Worker(
        client,
        task_queue="bench",
        workflows=[BareWorkflow],
        activities=[bare_record],
        workflow_runner=sandbox(),
        interceptors=[noting],
        build_id=BUILD,
    )


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)
