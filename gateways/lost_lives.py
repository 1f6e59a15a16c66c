"""Lives that are no more without having ended, as the server tells it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.events import Lost
from domain.reconciliation import RunOrigin, not_answered_for
from gateways.lives_on_server import lives_of
from gateways.run_start import start_in, started
from workflows.names import workflow_id

_LOST = {
    WorkflowExecutionStatus.TERMINATED: Lost.TERMINATED,
    WorkflowExecutionStatus.CANCELED: Lost.CANCELED,
    WorkflowExecutionStatus.FAILED: Lost.FAILED,
    WorkflowExecutionStatus.TIMED_OUT: Lost.TIMED_OUT,
}
_RIVALS = {RunOrigin.RESET: Lost.RESET, RunOrigin.BEGUN_AGAIN: Lost.STARTED_TWICE}


@dataclass(frozen=True, slots=True)
class Rival:
    """A run that nobody approved: how it came about, and the run before it, which is the life's own."""

    lost: Lost
    before: str


async def rival_of(client: Client, problem_no: str) -> Rival | None:
    """Give the first run of a life that nobody approved, since it was last begun again; raises RPCError."""
    runs = await lives_of(client, [problem_no])
    for before, run in pairwise(not_answered_for(runs[problem_no])):
        if run.origin in _RIVALS:
            return Rival(_RIVALS[run.origin], before.run_id)
    return None


async def end_run(client: Client, problem_no: str, run_id: str, reason: str) -> None:
    """End a run that goes the wrong way, so that the right one can be begun; raises RPCError."""
    handle = client.get_workflow_handle(workflow_id(problem_no), run_id=run_id)
    try:
        await handle.terminate(reason)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:  # it has ended meanwhile
            raise


@dataclass(frozen=True, slots=True)
class NewestRun:
    """The newest run of a life: how it was lost, None while it runs or where it came to its end.

    `run_id` is empty where the server knows no run of it.
    """

    lost: Lost | None
    run_id: str = ""
    running: bool = False


async def newest_run(client: Client, problem_no: str) -> NewestRun:
    """Ask the server for the newest run of a life; raises RPCError."""
    try:
        told = await client.get_workflow_handle(workflow_id(problem_no)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return NewestRun(Lost.MISSING)
        raise
    lost = None if told.status is None else _LOST.get(told.status)
    ended = told.status is WorkflowExecutionStatus.COMPLETED
    return NewestRun(lost, told.run_id, running=lost is None and not ended)


async def restored_by(client: Client, problem_no: str) -> str:
    """Say by which restoration the running run of a life was begun; empty where by none.

    Raises RPCError.
    """
    if not (await newest_run(client, problem_no)).running:
        return ""
    start = await start_in(client, await started(client, workflow_id(problem_no)))
    return str((start.get("restoration") or {}).get("restoration_id", ""))
