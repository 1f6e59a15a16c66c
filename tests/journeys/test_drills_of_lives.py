"""Lives that somebody broke, on the real server: named, begun again by two persons, and whole afterwards."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from temporalio.api.command.v1 import Command, FailWorkflowExecutionCommandAttributes
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import CommandType
from temporalio.api.failure.v1 import Failure
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    PollWorkflowTaskQueueRequest,
    ResetWorkflowExecutionRequest,
    RespondWorkflowTaskCompletedRequest,
)
from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDReusePolicy
from temporalio.worker import Worker

from activities.archive import Archive
from activities.inbox import Inbox
from activities.records import Records
from domain import commands as c
from domain.outcomes import Outcome
from tests.journeys.looking import agrees, named
from tests.journeys.promises import Promises
from tests.worlds.city import City, city_in
from tests.worlds.repairing import repairing_in
from workflows.names import TASK_QUEUE, workflow_id
from workflows.problem_workflow import ProblemWorkflow
from workflows.sandbox import sandbox
from workflows.versions import BUILD

ELSEWHERE = "drill"
"""A task queue of which the city's worker knows nothing."""


@asynccontextmanager
async def worker_elsewhere(city: City) -> AsyncIterator[None]:
    """A second worker, of a release whose tasks nobody carries on when it is gone."""
    async with Worker(
        city.client,
        task_queue=ELSEWHERE,
        workflows=[ProblemWorkflow],
        activities=[Records(city.db).record, Inbox(city.db).drain_inbox],
        workflow_runner=sandbox(),
        build_id=BUILD,
        max_cached_workflows=0,
    ):
        yield


async def fail(city: City, number: str) -> None:
    """Fail a life's next task, as a broken release would."""
    await city.client.get_workflow_handle(workflow_id(number)).signal("drill")
    service, namespace = city.client.workflow_service, city.client.namespace
    task = await service.poll_workflow_task_queue(
        PollWorkflowTaskQueueRequest(
            namespace=namespace, task_queue=TaskQueue(name=ELSEWHERE), identity="drill"
        )
    )
    failure = FailWorkflowExecutionCommandAttributes(failure=Failure(message="示例"))
    await service.respond_workflow_task_completed(
        RespondWorkflowTaskCompletedRequest(
            namespace=namespace,
            task_token=task.task_token,
            identity="drill",
            commands=[
                Command(
                    command_type=CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION,
                    fail_workflow_execution_command_attributes=failure,
                )
            ],
        )
    )


async def reset(city: City, number: str) -> None:
    """Reset a life to its first task."""
    await city.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=city.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id(number)),
            reason="示例",
            workflow_task_finish_event_id=4,
            request_id=f"reset-{number}",
        )
    )


async def start_twice(city: City, number: str) -> None:
    """Terminate a life and start it by hand, with what it would have handed over."""
    handle: WorkflowHandle[ProblemWorkflow, Outcome] = city.client.get_workflow_handle(
        workflow_id(number)
    )
    handover = await handle.query(ProblemWorkflow.handover)
    assert handover is not None
    await handle.terminate("示例")
    await city.client.start_workflow(
        ProblemWorkflow.run,
        handover.start,
        id=workflow_id(number),
        task_queue=TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )


async def demand_archived_again(city: City, *numbers: str) -> None:
    """Lose the archive after it was exported: it is missed, exported anew, and no run looks altered."""
    archive = Archive(city.client, city.db, city.settings.archive)
    await archive.archive_closed_runs()
    await agrees(city)
    shutil.rmtree(city.settings.archive)
    await named(city, *(("archive_missing", number) for number in numbers))
    await archive.archive_closed_runs()
    await agrees(city)


async def test_lives_that_failed_were_reset_or_started_twice_go_on_and_nothing_is_lost_or_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with city_in(tmp_path) as city:
        promises, two = Promises(), repairing_in(city, monkeypatch, capsys)
        async with worker_elsewhere(city):
            failed = await promises.begin(city, ELSEWHERE)
            await promises.go_on(city, failed)
        was_reset, twice, well = [await promises.begin(city) for _ in range(3)]
        for number in (was_reset, twice, well):
            await promises.go_on(city, number)
            await promises.go_on(city, number, c.Verdict.FOUND_FALSE)
        await agrees(city)
        await fail(city, failed)
        await reset(city, was_reset)
        await start_twice(city, twice)
        await promises.go_on(city, twice)
        waiting = await promises.hand_in(city, was_reset, 2)
        await named(
            city, ("life_failed", failed), ("life_reset", was_reset), ("life_started_twice", twice)
        )
        proposal = await two.propose()
        assert {one["problem_no"]: one["lost"] for one in proposal["lives"]} == {
            failed: "failed",
            was_reset: "reset",
            twice: "started_twice",
        }
        assert proposal["lives"][1]["submissions_waiting"] == [waiting]
        assert await two.apply(proposal) == 0
        await agrees(city)
        for number in promises.numbers:
            await promises.close(city, number)
        await promises.demand_kept(city)
        await demand_archived_again(city, failed, was_reset, twice)
