"""What a run of a life has ordered to be recorded, read from its history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.json_format import ParseError
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent, WorkflowExecutionStartedEventAttributes
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from domain.events import Recorded
from workflows.messages import LifeStart, RecordOrder
from workflows.names import workflow_id

_RECORD = "record"


class UnreadableRun(Exception):
    """A file holds no history of a life; the message says so."""


@dataclass(frozen=True, slots=True)
class Orders:
    """The events that were written down, and the number of the last one that was ordered.

    `after_run_id` is the run this one goes on from, empty for the first; up to the event `after_seq` that one
    tells the life.
    """

    done: tuple[Recorded, ...]
    last_ordered: int
    after_run_id: str = ""
    after_seq: int = 0


async def orders_of(client: Client, problem_no: str, run_id: str) -> Orders | None:
    """Read one run; None when the server has it no more. Raises RPCError or CannotOpen."""
    handle = client.get_workflow_handle(workflow_id(problem_no), run_id=run_id)
    try:
        return await _read(handle.fetch_history_events(), client.data_converter)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


async def orders_in(file: Path, problem_no: str, converter: DataConverter) -> Orders:
    """Read one exported run; raises OSError, `UnreadableRun` or CannotOpen."""
    try:
        history = await asyncio.to_thread(_opened, file, problem_no)
        return await _read(_each(history), converter)
    except (ParseError, ValueError, KeyError, RuntimeError) as error:
        raise UnreadableRun(f"{file.name} 不是办理流程的历史记录") from error


def _opened(file: Path, problem_no: str) -> WorkflowHistory:
    return WorkflowHistory.from_json(workflow_id(problem_no), file.read_text(encoding="utf-8"))


async def _each(history: WorkflowHistory) -> AsyncIterator[HistoryEvent]:
    for event in history.events:
        yield event


async def _read(events: AsyncIterable[HistoryEvent], converter: DataConverter) -> Orders:
    ordered: dict[int, RecordOrder] = {}
    done: list[Recorded] = []
    last, after = 0, ("", 0)
    async for event in events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            begun = event.workflow_execution_started_event_attributes
            (start,) = await converter.decode(begun.input.payloads, [LifeStart])
            last = start.carried.problem.seq if start.carried else 0
            after = _after(begun, start)
            done += start.restoration.from_log if start.restoration else ()
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == _RECORD:
            (order,) = await converter.decode(scheduled.input.payloads, [RecordOrder])
            ordered[event.event_id] = order
            last = max([last, *(one.seq for one in order.recorded)])
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            of = event.activity_task_completed_event_attributes.scheduled_event_id
            done += ordered[of].recorded if of in ordered else ()
    return Orders(tuple(done), last, *after)


def _after(begun: WorkflowExecutionStartedEventAttributes, start: LifeStart) -> tuple[str, int]:
    """Give the run before, and the last event that it tells; a life begun again may have had none."""
    carried = start.carried.problem.seq if start.carried else 0
    if start.restoration is not None:
        return start.restoration.after_run_id, start.restoration.after_seq
    before = start.revival.after_run_id if start.revival else ""
    return begun.continued_execution_run_id or before, carried
