"""The schedule by which closed runs are exported, kept by the Temporal server itself."""

from __future__ import annotations

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

from workflows.archive_workflow import ArchiveSweepWorkflow
from workflows.names import TASK_QUEUE

_log = structlog.get_logger(__name__)
_SWEEP = "archive-sweep"
_LONGEST_OUTAGE = timedelta(days=2)


async def schedule_sweep(client: Client, every: timedelta) -> None:
    """Have closed runs exported every few minutes, also those of an outage."""
    action = ScheduleActionStartWorkflow(ArchiveSweepWorkflow.run, id=_SWEEP, task_queue=TASK_QUEUE)
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)])
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_LONGEST_OUTAGE)
    try:
        await client.create_schedule(_SWEEP, Schedule(action=action, spec=spec, policy=policy))
    except ScheduleAlreadyRunningError:
        _log.debug("the sweep is scheduled already")
