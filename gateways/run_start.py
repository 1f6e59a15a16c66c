"""With what a run of a life was begun, read from its first event alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.history.v1 import WorkflowExecutionStartedEventAttributes
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import Client


async def started(
    client: Client, workflow_id: str, run_id: str = "", patience: timedelta | None = None
) -> WorkflowExecutionStartedEventAttributes:
    """Fetch the event with which a run began, the newest one where none is named; raises RPCError."""
    request = GetWorkflowExecutionHistoryRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
        maximum_page_size=1,
    )
    answer = await client.workflow_service.get_workflow_execution_history(request, timeout=patience)
    return answer.history.events[0].workflow_execution_started_event_attributes


async def start_in(
    client: Client, begun: WorkflowExecutionStartedEventAttributes
) -> dict[str, Any]:
    """Open what a run was begun with, as plain content; raises CannotOpen, ValueError for what is none."""
    (start,) = await client.data_converter.decode(begun.input.payloads, [dict])
    return dict(start)
