"""Every run of every life as the server lists it, and which lives stand still."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from temporalio.api.failure.v1 import Failure
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.exceptions import FailureError
from temporalio.service import RPCError, RPCStatusCode

from domain.reconciliation import Run, RunOrigin, RunState
from gateways.payload_codec import CannotOpen
from gateways.run_start import start_in, started
from workflows.names import DUE_AT, LEVEL, STAGE, problem_no_of, workflow_id

LAG = timedelta(minutes=2)
"""How long the store may take to know what a life has done, on an ordinary day."""
RETRIED = 3
"""From this attempt on a deed or a task is said to make no progress."""
HELD = "HeldForRestore"
"""How a deed is told to wait until a restore was looked at: it is held, and no trouble."""
_NOT_THERE = "not there"
_LISTED_STILL = timedelta(days=2)
_AT_ONCE = 20
_LIVES = "WorkflowType = 'ProblemWorkflow'"
_STATES = {
    WorkflowExecutionStatus.RUNNING: RunState.RUNNING,
    WorkflowExecutionStatus.COMPLETED: RunState.COMPLETED,
    WorkflowExecutionStatus.CONTINUED_AS_NEW: RunState.CONTINUED,
    WorkflowExecutionStatus.TERMINATED: RunState.TERMINATED,
    WorkflowExecutionStatus.CANCELED: RunState.CANCELED,
    WorkflowExecutionStatus.FAILED: RunState.FAILED,
    WorkflowExecutionStatus.TIMED_OUT: RunState.TIMED_OUT,
}


async def lives(
    client: Client, lag: timedelta = LAG, kept: Mapping[str, Sequence[str]] | None = None
) -> dict[str, list[Run]]:
    """Give the runs of each life, oldest first, by the problem's number; raises RPCError.

    To list a run costs the server as much as it costs us to hold all of them against the store. With `kept`, the
    runs that came to their end and are archived, of each problem, those are not asked for unless they ended lately.
    """
    query = _LIVES
    if kept is not None:
        since = (datetime.now(UTC) - _LISTED_STILL).isoformat()
        query += f" AND (ExecutionStatus != 'Completed' OR CloseTime >= '{since}')"
    found: dict[str, list[WorkflowExecution]] = {number: [] for number in kept or ()}
    async for one in client.list_workflows(query, page_size=1000):
        try:
            found.setdefault(problem_no_of(one.id), []).append(one)
        except ValueError:
            found.setdefault(one.id, []).append(one)
    horizon = datetime.now(UTC) - lag
    return {
        number: await _in_order(client, runs, horizon, (kept or {}).get(number, ()))
        for number, runs in found.items()
    }


async def lives_of(
    client: Client, numbers: Iterable[str], lag: timedelta = LAG
) -> dict[str, list[Run]]:
    """Give every run the server holds of some lives, none for one that it does not know."""
    horizon, turns = datetime.now(UTC) - lag, asyncio.Semaphore(_AT_ONCE)

    async def ask(number: str) -> tuple[str, list[Run]]:
        async with turns:
            query = f"{_LIVES} AND WorkflowId = '{workflow_id(number)}'"
            runs = [one async for one in client.list_workflows(query)]
            return number, await _in_order(client, runs, horizon)

    return dict(await asyncio.gather(*(ask(number) for number in numbers)))


async def _in_order(
    client: Client, runs: list[WorkflowExecution], horizon: datetime, kept: Sequence[str] = ()
) -> list[Run]:
    """Order the runs of one life; one that does not go on by itself tells how it began."""
    runs.sort(key=lambda run: (run.start_time, run.close_time or datetime.max.replace(tzinfo=UTC)))
    listed = {run.run_id for run in runs}
    told = [Run(one, RunState.COMPLETED) for one in kept if one not in listed]
    for run in runs:
        state = _STATES.get(cast(WorkflowExecutionStatus, run.status), RunState.RUNNING)
        if not told:
            origin = RunOrigin.BEGUN
        elif told[-1].state is RunState.CONTINUED:
            origin = RunOrigin.WENT_ON
        else:
            origin = await _origin(client, run, {one.run_id for one in told})
        young = run.start_time > horizon or (run.close_time or horizon) > horizon
        told.append(Run(run.run_id, state, origin, _shown(run), young))
    return told


async def _origin(client: Client, run: WorkflowExecution, before: set[str]) -> RunOrigin:
    """Read from the first event of a run what it is: a life taken up again, reset, begun anew."""
    begun = await started(client, run.id, run.run_id)
    if begun.original_execution_run_id != run.run_id:
        return RunOrigin.RESET
    try:
        start = await start_in(client, begun)
    except (IndexError, ValueError, TypeError, CannotOpen):
        return RunOrigin.BEGUN_AGAIN
    revival, restoration = start.get("revival"), start.get("restoration")
    if restoration and restoration.get("after_run_id") in before:
        return RunOrigin.RESTORED
    if revival and revival.get("after_run_id") in before:
        return RunOrigin.REOPENED
    return RunOrigin.BEGUN_AGAIN


def _shown(run: WorkflowExecution) -> tuple[str, int, datetime | None] | None:
    attributes = run.typed_search_attributes
    stage, level = attributes.get(STAGE), attributes.get(LEVEL)
    if stage is None or level is None:
        return None
    return stage, level, attributes.get(DUE_AT)


async def running(client: Client) -> list[str]:
    """Give the numbers of all lives that run, in order; raises RPCError."""
    query = f"{_LIVES} AND ExecutionStatus = 'Running'"
    return sorted([problem_no_of(one.id) async for one in client.list_workflows(query)])


async def troubled(client: Client) -> set[str]:
    """Give the lives whose tasks the server reports as failing; none where it does not report."""
    query = f"{_LIVES} AND ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL"
    try:
        return {problem_no_of(one.id) async for one in client.list_workflows(query)}
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            return set()
        raise


async def at_work(client: Client, numbers: Iterable[str]) -> Mapping[str, str | None]:
    """Ask what each of these running lives waits for: why it stands still, empty when it has a task.

    None for one that has nothing under way. A life that is not there is left out.
    """
    turns = asyncio.Semaphore(_AT_ONCE)

    async def ask(number: str) -> tuple[str, str | None]:
        async with turns:
            return number, await _at_work(client, number)

    told = await asyncio.gather(*(ask(number) for number in numbers))
    return {number: why for number, why in told if why != _NOT_THERE}


async def _at_work(client: Client, number: str) -> str | None:
    try:
        described = await client.get_workflow_handle(workflow_id(number)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return _NOT_THERE
        raise
    if described.status is not WorkflowExecutionStatus.RUNNING:
        return _NOT_THERE
    raw = described.raw_description
    # What is held is not under way: it catches up with nothing until people have looked.
    deeds = [
        d for d in raw.pending_activities if d.last_failure.application_failure_info.type != HELD
    ]
    for deed in deeds:
        if deed.attempt >= RETRIED and deed.HasField("last_failure"):
            cause = await _opened(client, deed.last_failure)
            return _words(deed.activity_type.name, deed.attempt, cause)
    task: Any = raw.pending_workflow_task if raw.HasField("pending_workflow_task") else None
    if task is not None and task.attempt >= RETRIED:
        return f"流程步骤已重试{task.attempt}次"
    return "" if task is not None or deeds else None


async def _opened(client: Client, failure: Failure) -> BaseException:
    try:
        return await client.data_converter.decode_failure(failure)
    except CannotOpen as error:
        return error


def _words(deed: str, attempt: int, failure: BaseException) -> str:
    said = (failure.message if isinstance(failure, FailureError) else str(failure)).strip()
    return f"{deed} 已重试{attempt}次：{said}"


async def known(client: Client) -> list[str]:
    """Give the numbers of all lives the server holds, running or not, in order; raises RPCError."""
    found = {one.id async for one in client.list_workflows(_LIVES, page_size=1000)}
    return sorted(problem_no_of(one) for one in found)
