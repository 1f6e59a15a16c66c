"""Where is measured what needs a server and a store, each row that leaves lives behind on its own."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

from activities.capacity import Capacity, own_capacity
from activities.temporal_worker import temporal_worker
from bench.bare import BareTimer, BareWorkflow, bare_record
from bench.noting import Noting
from embedded.temporal_server import TemporalServer, free_port
from gateways.problem_desk import TemporalDesk
from office.ports import Services
from settings import Settings
from store.engine import Database
from store.migrate import upgrade
from wiring import rules_of_the_day, services_for
from workflows.sandbox import sandbox
from workflows.versions import BUILD


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One server and one database, with both sides' workers."""

    folder: Path
    address: str
    client: Client
    db: Database
    desk: TemporalDesk
    services: Services
    noting: Noting


@asynccontextmanager
async def open_place(capacity: Capacity | None = None) -> AsyncIterator[Place]:
    """Keep server, database and both sides' workers while the context is open; then all is gone."""
    bears = capacity or own_capacity()
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as name:
        folder = Path(name)
        settings = Settings(data_dir=folder)
        await upgrade(settings.database)
        db = Database(settings.database)
        server = TemporalServer(folder / "temporal", free_port())
        client = await server.start()
        rules, noting = rules_of_the_day(settings), Noting()
        ours = temporal_worker(client, db, interceptors=[noting], capacity=bears)
        try:
            async with ours, _bare_worker(client, noting, bears):
                yield Place(
                    folder=folder,
                    address=server.address,
                    client=client,
                    db=db,
                    desk=TemporalDesk(client=client, rules=rules),
                    services=services_for(client, db, settings, rules),
                    noting=noting,
                )
        finally:
            await server.stop()
            await db.dispose()


def _bare_worker(client: Client, noting: Noting, bears: Capacity) -> Worker:
    return Worker(
        client,
        task_queue="bench",
        workflows=[BareWorkflow, BareTimer],
        activities=[bare_record],
        workflow_runner=sandbox(),
        interceptors=[noting],
        build_id=BUILD,
        max_cached_workflows=bears.lives,
        max_concurrent_workflow_tasks=bears.tasks,
        max_concurrent_activities=bears.deeds,
    )
