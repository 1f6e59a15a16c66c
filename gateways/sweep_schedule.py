"""The schedule by which closed runs are exported, kept by the Temporal server itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from workflows.archive_workflow import ArchiveSweepWorkflow
from workflows.names import TASK_QUEUE

SWEEP = "archive-sweep"
_LONGEST_OUTAGE = timedelta(days=2)


async def schedule_sweep(client: Client, every: timedelta) -> None:
    """Have closed runs exported every so often, also those of an outage; a schedule that is there follows."""
    action = ScheduleActionStartWorkflow(ArchiveSweepWorkflow.run, id=SWEEP, task_queue=TASK_QUEUE)
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)])
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_LONGEST_OUTAGE)
    try:
        await client.create_schedule(SWEEP, Schedule(action=action, spec=spec, policy=policy))
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(SWEEP).update(partial(_by, spec))


def _by(spec: ScheduleSpec, there: ScheduleUpdateInput) -> ScheduleUpdate | None:
    """Change when it runs and nothing else: whoever paused it meant it."""
    schedule = there.description.schedule
    if [one.every for one in schedule.spec.intervals] == [one.every for one in spec.intervals]:
        return None
    return ScheduleUpdate(schedule=replace(schedule, spec=spec))
