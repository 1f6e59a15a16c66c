"""Lives that are no more without having ended, as the server tells it."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.events import Lost
from gateways.run_start import start_in, started
from workflows.names import workflow_id

_LOST = {
    WorkflowExecutionStatus.TERMINATED: Lost.TERMINATED,
    WorkflowExecutionStatus.CANCELED: Lost.CANCELED,
    WorkflowExecutionStatus.FAILED: Lost.FAILED,
    WorkflowExecutionStatus.TIMED_OUT: Lost.TIMED_OUT,
}


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
