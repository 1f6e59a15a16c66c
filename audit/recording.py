"""Reading one recorded run: what it was given, and what it ordered, in the order it happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar

from pydantic import ValidationError
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.update.v1 import Request
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from audit.strict import Doubled, strictly, unknown_in
from domain.commands import COMMANDS, Command
from domain.outcomes import Outcome
from gateways.typed_errors import in_words
from workflows.messages import Drained, DrainOrder, LifeStart, RecordOrder

T = TypeVar("T")

_PATCH_MARKER = "core_patch"
"""How the SDK names the marker of a patch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command as its Update brought it."""

    event_id: int
    command_id: str
    command: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A record order as it was scheduled; `decided_at` is the server's time of its decision."""

    event_id: int
    order: RecordOrder
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxAsked:
    """The inbox was to be let in before a consequence; the replay says whether rightly."""

    event_id: int
    order: DrainOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxDrained:
    """What the inbox let in before a consequence."""

    event_id: int
    order: DrainOrder
    answer: Drained


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How an Update was answered: an outcome, or a refusal with its code."""

    event_id: int
    command_id: str
    outcome: Outcome | None
    refusal_code: str
    decided_at: datetime


Happening = Asked | Ordered | InboxAsked | InboxDrained | Answered


class Unreadable(Exception):
    """The history cannot be read as the life of a problem; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One run: its start, everything that happened, and how it closed.

    `patches` are the changes of behaviour whose markers it holds. `closed` when the life came to its end
    in it; not when it goes on in another run, which `goes_on` begins.
    """

    workflow_id: str
    run_id: str
    start: LifeStart
    patches: frozenset[str]
    happenings: tuple[Happening, ...]
    result: Outcome | None
    goes_on: LifeStart | None
    closed: bool


def read_recording(history: WorkflowHistory, converter: DataConverter) -> Recording:
    """Read a run; raises `Unreadable` when an event does not decode."""
    return _Reader(history, converter).read()


class _Reader:
    """One pass over the events of one run."""

    def __init__(self, history: WorkflowHistory, converter: DataConverter) -> None:
        self._history = history
        self._payloads = converter.payload_converter
        self._now = datetime.min.replace(tzinfo=UTC)
        self._let_in_orders: dict[int, DrainOrder] = {}
        self._recorded_to: dict[int, int] = {}
        self._command_ids: dict[int, str] = {}
        self._admitted: dict[str, Request] = {}

    def read(self) -> Recording:
        events = self._history.events
        if not events or not events[0].HasField("workflow_execution_started_event_attributes"):
            raise Unreadable("历史记录没有以流程启动事件开头")
        demand_whole(events)
        started = events[0].workflow_execution_started_event_attributes
        last = events[-1]
        return Recording(
            workflow_id=self._history.workflow_id,
            run_id=started.original_execution_run_id,
            start=self._one(events[0], started.input, LifeStart),
            patches=frozenset(name for event in events for name in self._patches(event)),
            happenings=tuple(h for event in events for h in self._happenings(event)),
            result=self._result(last),
            goes_on=self._goes_on(last),
            closed=last.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
        )

    def _patches(self, event: HistoryEvent) -> Iterator[str]:
        marker = event.marker_recorded_event_attributes
        if marker.marker_name == _PATCH_MARKER:
            told: dict[str, str] = self._one(event, marker.details["patch-data"], dict)
            yield told["id"]

    def _happenings(self, event: HistoryEvent) -> Iterator[Happening]:
        kind = event.event_type
        if kind == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED:
            self._now = event.event_time.ToDatetime(tzinfo=UTC)
        elif kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED:
            admitted = event.workflow_execution_update_admitted_event_attributes.request
            self._admitted[admitted.meta.update_id] = admitted
        elif kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
            yield self._asked(event)
        elif kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
            yield self._answered(event)
        elif kind == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            yield from self._scheduled(event)
        elif kind == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            yield from self._completed(event)

    def _asked(self, event: HistoryEvent) -> Asked:
        accepted = event.workflow_execution_update_accepted_event_attributes
        # What a reset applies once more stands where it was admitted, and is not repeated.
        request = self._admitted.get(accepted.protocol_instance_id, accepted.accepted_request)
        kind = COMMANDS.get(request.input.name)
        if kind is None:
            raise Unreadable(f"第 {event.event_id} 个事件：没有名为 {request.input.name} 的指令")
        command: Command = self._one(event, request.input.args, kind)
        self._command_ids[event.event_id] = request.meta.update_id
        return Asked(event_id=event.event_id, command_id=request.meta.update_id, command=command)

    def _answered(self, event: HistoryEvent) -> Answered:
        done = event.workflow_execution_update_completed_event_attributes
        failed = done.outcome.HasField("failure")
        info = done.outcome.failure.application_failure_info
        return Answered(
            event_id=event.event_id,
            command_id=done.meta.update_id,
            outcome=None if failed else self._one(event, done.outcome.success, Outcome),
            refusal_code=info.type if failed else "",
            decided_at=self._now,
        )

    def _scheduled(self, event: HistoryEvent) -> Iterator[Happening]:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == "record":
            order = self._one(event, scheduled.input, RecordOrder)
            self._recorded_to[event.event_id] = order.recorded[-1].seq if order.recorded else 0
            yield Ordered(event_id=event.event_id, order=order, decided_at=self._now)
        elif scheduled.activity_type.name == "let_in":
            order_in = self._one(event, scheduled.input, DrainOrder)
            self._let_in_orders[event.event_id] = order_in
            yield InboxAsked(event_id=event.event_id, order=order_in)
        else:
            raise Unreadable(
                f"第 {event.event_id} 个事件：未知的活动 {scheduled.activity_type.name}"
            )

    def _completed(self, event: HistoryEvent) -> Iterator[Happening]:
        done = event.activity_task_completed_event_attributes
        seq = self._recorded_to.get(done.scheduled_event_id)
        if seq is not None and self._one(event, done.result, int) != seq:
            raise Unreadable(f"第 {event.event_id} 个事件：记录的结果不是第 {seq} 号")
        order = self._let_in_orders.get(done.scheduled_event_id)
        if order is not None:
            answer = self._one(event, done.result, Drained)
            yield InboxDrained(event_id=event.event_id, order=order, answer=answer)

    def _result(self, last: HistoryEvent) -> Outcome | None:
        if last.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            return None
        done = last.workflow_execution_completed_event_attributes
        return self._one(last, done.result, Outcome)

    def _goes_on(self, last: HistoryEvent) -> LifeStart | None:
        if last.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            return None
        new = last.workflow_execution_continued_as_new_event_attributes
        return self._one(last, new.input, LifeStart)

    def _one(self, event: HistoryEvent, payloads: Payloads, kind: type[T]) -> T:
        try:
            payload: Payload = payloads.payloads[0]
            value: T = self._payloads.from_payload(payload, kind)
            unknown = next(self._unknown(payload, value), None)
        except Doubled as twice:
            raise Unreadable(f"第 {event.event_id} 个事件：字段 {twice} 出现两次") from None
        except (IndexError, RuntimeError, ValueError, TypeError) as error:
            why = in_words(error) if isinstance(error, ValidationError) else str(error)
            raise Unreadable(f"第 {event.event_id} 个事件的内容无法识别：{why}") from error
        if unknown is not None:
            raise Unreadable(f"第 {event.event_id} 个事件：有不认识的内容 {unknown}")
        return value

    def _unknown(self, payload: Payload, value: object) -> Iterator[str]:
        """Give what a record says beyond what was read of it."""
        again = self._payloads.to_payload(value)
        return unknown_in(strictly(payload.data), strictly(again.data))


def demand_whole(events: Sequence[HistoryEvent]) -> None:
    """Refuse a history with a gap, with events of no known kind, or that goes on after its end.

    Replaying one whose tasks do not follow each other would never come to an end.
    """
    for place, event in enumerate(events, start=1):
        if event.event_id != place:
            raise Unreadable(f"事件编号不连续：应为 {place}，实为 {event.event_id}")
        if event.WhichOneof("attributes") != _attributes_of(event):
            raise Unreadable(f"第 {place} 个事件的类型与内容不符")
    for event, following in pairwise(events):
        if _is_close(event):
            raise Unreadable(f"第 {event.event_id} 个事件：流程已经结束，其后不应再有事件")
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED and not (
            following.event_type in _ENDS_A_TASK or _is_close(following)
        ):
            raise Unreadable(f"第 {following.event_id} 个事件：前一步骤没有结束")


def _attributes_of(event: HistoryEvent) -> str:
    """Name what an event of its type carries."""
    if event.event_type not in EventType.values():
        return ""
    kind = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower()
    return f"{kind}_event_attributes"


_ENDS_A_TASK = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
    }
)
_CLOSES = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
    }
)


def _is_close(event: HistoryEvent) -> bool:
    return event.event_type in _CLOSES
