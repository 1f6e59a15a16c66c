"""The Temporal worker: which lives it carries on, and by which deeds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.worker import Interceptor, Worker

from activities.archive import Archive
from activities.capacity import Capacity, own_capacity
from activities.inbox import Inbox
from activities.records import Records
from activities.troubles import NotingTroubles
from domain.proof import DIRECT, MailProof
from gateways.temporal_client import read_beforehand
from store.engine import Database
from workflows.archive_workflow import ArchiveSweepWorkflow
from workflows.messages import SPOKEN
from workflows.names import TASK_QUEUE
from workflows.problem_workflow import ProblemWorkflow
from workflows.sandbox import sandbox
from workflows.versions import BUILD

_STICKS = timedelta(minutes=2)
"""How long a task waits for the worker that has its life in memory, before any worker may take it.

In a storm of deadlines the last waits behind all others; given away it costs a whole replay.
"""


def temporal_worker(
    client: Client,
    db: Database,
    archive: Path | None = None,
    interceptors: Sequence[Interceptor] = (),
    mail: MailProof = DIRECT,
    capacity: Capacity | None = None,
    *,
    heeds_doors: bool = False,
) -> Worker:
    """Give a worker for every problem; it exports closed runs where there is an `archive`.

    With `heeds_doors` deadlines are held while a restore has not been looked at.

    How the values of a life are read is built here, before the first task: built inside the first
    tasks, by all of them at once, it takes so long that they fail.
    """
    read_beforehand(SPOKEN)
    bears = capacity or own_capacity()
    workflows: list[type[Any]] = [ProblemWorkflow]
    deeds: list[Any] = [Records(db).record, Inbox(db, mail, heeds_doors=heeds_doors).drain_inbox]
    if archive is not None:
        workflows.append(ArchiveSweepWorkflow)
        deeds.append(Archive(client, db, archive).archive_closed_runs)
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=workflows,
        activities=deeds,
        workflow_runner=sandbox(),
        interceptors=[NotingTroubles(db), *interceptors],
        build_id=BUILD,
        max_cached_workflows=bears.lives,
        max_concurrent_workflow_tasks=bears.tasks,
        max_concurrent_activities=bears.deeds,
        sticky_queue_schedule_to_start_timeout=_STICKS,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )
