"""Wiring of the worker: lives, deeds, and the loops that carry mails and submissions on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.archive import Archive
from activities.deliverer import Deliverer
from activities.inbox import Inbox
from activities.records import Records
from activities.returned_mail import ReturnedMail
from gateways.temporal_client import connect
from settings import Settings
from store.engine import Database
from wiring import courier_for, desk_for, rules_of_the_day, shifted_clock, until_stopped
from workflows.archive_workflow import ArchiveSweepWorkflow
from workflows.names import TASK_QUEUE
from workflows.problem_workflow import ProblemWorkflow
from workflows.sandbox import sandbox
from workflows.versions import BUILD

_log = structlog.get_logger(__name__)
_SWEEP = "archive-sweep"
_LONGEST_OUTAGE = timedelta(days=2)
_PAUSE = timedelta(seconds=2)


@asynccontextmanager
async def working(client: Client, db: Database, settings: Settings) -> AsyncIterator[None]:
    """Work while the context is open: Temporal worker, courier, deliverer, scheduled sweep."""
    records, inbox = Records(db), Inbox(db)
    archive = Archive(client, db, settings.archive)
    worker = Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ProblemWorkflow, ArchiveSweepWorkflow],
        activities=[records.record, inbox.drain_inbox, archive.archive_closed_runs],
        workflow_runner=sandbox(),
        build_id=BUILD,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )
    stop = asyncio.Event()
    desk = desk_for(client, settings, rules_of_the_day(settings))
    deliverer = Deliverer(db, desk)
    returned = ReturnedMail(db, desk, settings.returned_mail)
    courier = courier_for(db, settings)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(worker)
        await schedule_sweep(client, settings)
        loops = await stack.enter_async_context(asyncio.TaskGroup())
        loops.create_task(courier.run_forever(stop))
        loops.create_task(deliverer.run_forever(stop))
        loops.create_task(returned.run_forever(stop))
        try:
            yield
        finally:
            stop.set()


async def schedule_sweep(client: Client, settings: Settings) -> None:
    """Have closed runs exported every few minutes, also those of an outage."""
    action = ScheduleActionStartWorkflow(ArchiveSweepWorkflow.run, id=_SWEEP, task_queue=TASK_QUEUE)
    spec = ScheduleSpec(
        intervals=[ScheduleIntervalSpec(every=timedelta(minutes=settings.sweep_minutes))]
    )
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_LONGEST_OUTAGE)
    try:
        await client.create_schedule(_SWEEP, Schedule(action=action, spec=spec, policy=policy))
    except ScheduleAlreadyRunningError:
        _log.debug("the sweep is scheduled already")


async def main() -> int:
    """Run the worker until it is stopped; give the exit code."""
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    stopping = asyncio.create_task(until_stopped())
    try:
        while not stopping.done():
            await _work_until_it_breaks(settings, db, stopping)
    finally:
        await db.dispose()
    return 0


async def _work_until_it_breaks(
    settings: Settings, db: Database, stopping: asyncio.Task[None]
) -> None:
    """Work until told to stop; a server that is away, or goes away at the start, is waited for."""
    try:
        client = await connect(settings.temporal_address, settings.temporal_namespace)
        async with working(client, db, settings):
            _log.info("working", queue=TASK_QUEUE, address=settings.temporal_address)
            await asyncio.shield(stopping)
    except (RuntimeError, RPCError) as error:
        _log.warning("server not reached, trying again", error=str(error))
        await asyncio.wait([stopping], timeout=_PAUSE.total_seconds())
