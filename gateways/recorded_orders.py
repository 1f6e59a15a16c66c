"""What a run of a life has ordered to be recorded, read from its history."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.events import Recorded
from workflows.messages import LifeStart, RecordOrder
from workflows.names import workflow_id

_RECORD = "record"


@dataclass(frozen=True, slots=True)
class Orders:
    """The events that were written down, and the number of the last one that was ordered."""

    done: tuple[Recorded, ...]
    last_ordered: int


async def orders_of(client: Client, problem_no: str, run_id: str) -> Orders | None:
    """Read one run; None when the server has it no more. Raises RPCError or CannotOpen."""
    ordered: dict[int, RecordOrder] = {}
    done: list[Recorded] = []
    last, converter = 0, client.data_converter
    try:
        handle = client.get_workflow_handle(workflow_id(problem_no), run_id=run_id)
        async for event in handle.fetch_history_events():
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                given = event.workflow_execution_started_event_attributes.input.payloads
                (start,) = await converter.decode(given, [LifeStart])
                last = start.carried.problem.seq if start.carried else 0
            scheduled = event.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == _RECORD:
                (order,) = await converter.decode(scheduled.input.payloads, [RecordOrder])
                ordered[event.event_id] = order
                last = max([last, *(one.seq for one in order.recorded)])
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                of = event.activity_task_completed_event_attributes.scheduled_event_id
                done += ordered[of].recorded if of in ordered else ()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return Orders(tuple(done), last)
