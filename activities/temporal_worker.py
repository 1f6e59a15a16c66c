"""The Temporal worker: which lives it carries on, and by which deeds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.worker import Interceptor, Worker

from activities.archive import Archive
from activities.inbox import Inbox
from activities.records import Records
from domain.proof import ProofKind
from store.engine import Database
from workflows.archive_workflow import ArchiveSweepWorkflow
from workflows.names import TASK_QUEUE
from workflows.problem_workflow import ProblemWorkflow
from workflows.sandbox import sandbox
from workflows.versions import BUILD


def temporal_worker(
    client: Client,
    db: Database,
    archive: Path | None = None,
    interceptors: Sequence[Interceptor] = (),
    mail: ProofKind = ProofKind.RECIPIENT_SERVER,
) -> Worker:
    """Give a worker for every problem; it exports closed runs where there is an `archive`."""
    workflows: list[type[Any]] = [ProblemWorkflow]
    deeds: list[Any] = [Records(db).record, Inbox(db, mail).drain_inbox]
    if archive is not None:
        workflows.append(ArchiveSweepWorkflow)
        deeds.append(Archive(client, db, archive).archive_closed_runs)
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=workflows,
        activities=deeds,
        workflow_runner=sandbox(),
        interceptors=interceptors,
        build_id=BUILD,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )
