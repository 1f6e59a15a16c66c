"""What a life gave in one run, command by command: as the history holds it, and as today's code says.

Timers, orders, search attributes, answers, marks of a release, and how the run ended. What the server
and the worker add of their own (deadlines of a task, identities, tries) is left out: nobody is judged by it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_commands import WorkflowCommand

Key = tuple[str, str]
"""The kind of a command, and by what it is known within its run."""

_OWN_ATTRIBUTES = "Temporal"
"""With this begin the search attributes that the server and the SDK keep themselves."""
_NULL = b"binary/null"
_SAME_LENGTH = 0.001
"""By so many seconds two lengths of one timer may differ: how they are rounded is the SDK's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One command: its values, the sentence people read beside it, and where it stands."""

    key: Key
    values: Mapping[str, Any]
    sentence: str = ""
    payload: Payload | None = None
    event_id: int = 0


def plain(payload: Payload) -> Any:
    """Read a payload as plain content; what is not JSON stays bytes."""
    if payload.metadata.get("encoding") == _NULL or not payload.data:
        return None
    try:
        return json.loads(payload.data)
    except ValueError:
        return payload.data


# -- as the history holds it ------------------------------------------------------------------------


def in_history(events: Iterable[HistoryEvent]) -> Iterator[Given]:
    """Give the commands of a history, in their order."""
    counted = _Counted()
    for event in events:
        attributes = event.WhichOneof("attributes")
        reader = _EVENTS.get(attributes or "")
        if attributes is not None and reader is not None:
            given = reader(event, getattr(event, attributes), counted)
            if given is not None:
                yield given


@dataclass(slots=True)
class _Counted:
    """How many search attributes were shown so far; they have no key of their own."""

    shown: int = 0

    def next(self) -> str:
        self.shown += 1
        return str(self.shown)


def _timer(event: HistoryEvent, timer: Any, _: _Counted) -> Given:
    return Given(
        key=("timer", timer.timer_id),
        values={"seconds": _seconds(timer.start_to_fire_timeout)},
        sentence=_summary(event.user_metadata),
        event_id=event.event_id,
    )


def _timer_off(event: HistoryEvent, timer: Any, _: _Counted) -> Given:
    return Given(key=("timer_canceled", timer.timer_id), values={}, event_id=event.event_id)


def _activity(event: HistoryEvent, activity: Any, _: _Counted) -> Given:
    return Given(
        key=("activity", activity.activity_id),
        values={"name": activity.activity_type.name},
        sentence=_summary(event.user_metadata),
        payload=_only(activity.input.payloads),
        event_id=event.event_id,
    )


def _attributes(event: HistoryEvent, shown: Any, counted: _Counted) -> Given | None:
    values = shown_in(shown.search_attributes.indexed_fields)
    if not values:
        return None
    return Given(key=("attributes", counted.next()), values=values, event_id=event.event_id)


def _accepted(event: HistoryEvent, accepted: Any, _: _Counted) -> Given:
    return Given(
        key=("accepted", accepted.protocol_instance_id), values={}, event_id=event.event_id
    )


def _answered(event: HistoryEvent, done: Any, _: _Counted) -> Given:
    key = ("answer", done.meta.update_id)
    if done.outcome.HasField("failure"):
        return _refusal(key, done.outcome.failure, event.event_id)
    payload = _only(done.outcome.success.payloads)
    return Given(key=key, values={"code": ""}, payload=payload, event_id=event.event_id)


def _mark(event: HistoryEvent, marker: Any, _: _Counted) -> Given:
    told = plain(marker.details["patch-data"].payloads[0]) if marker.details else {}
    return Given(
        key=("patch", str((told or {}).get("id", marker.marker_name))),
        values={},
        event_id=event.event_id,
    )


def _completed(event: HistoryEvent, done: Any, _: _Counted) -> Given:
    return _end("result", done.result.payloads, event.event_id)


def _went_on(event: HistoryEvent, new: Any, _: _Counted) -> Given:
    return _end("goes_on", new.input.payloads, event.event_id)


def _broken_off(event: HistoryEvent, _: Any, __: _Counted) -> Given:
    """A life that was cancelled, or failed, gave that command itself; a verdict of its own tells so."""
    ended = event.WhichOneof("attributes")
    kind = "fail" if ended == "workflow_execution_failed_event_attributes" else "cancel"
    return Given(key=(f"{kind}_workflow_execution", ""), values={}, event_id=event.event_id)


_EVENTS: Mapping[str, Callable[[HistoryEvent, Any, _Counted], Given | None]] = {
    "timer_started_event_attributes": _timer,
    "timer_canceled_event_attributes": _timer_off,
    "activity_task_scheduled_event_attributes": _activity,
    "upsert_workflow_search_attributes_event_attributes": _attributes,
    "workflow_execution_update_accepted_event_attributes": _accepted,
    "workflow_execution_update_completed_event_attributes": _answered,
    "marker_recorded_event_attributes": _mark,
    "workflow_execution_completed_event_attributes": _completed,
    "workflow_execution_continued_as_new_event_attributes": _went_on,
    "workflow_execution_canceled_event_attributes": _broken_off,
    "workflow_execution_failed_event_attributes": _broken_off,
}


# -- as today's code says ---------------------------------------------------------------------------


def by_todays_code(commands: Iterable[WorkflowCommand]) -> Iterator[Given]:
    """Give the commands of a replay, in their order."""
    counted = _Counted()
    for command in commands:
        variant = command.WhichOneof("variant")
        if variant is not None:
            given = _today(command, variant, getattr(command, variant), counted)
            if given is not None:
                yield given


def _today(command: WorkflowCommand, variant: str, said: Any, counted: _Counted) -> Given | None:
    sentence = _summary(command.user_metadata)
    given: Given | None = Given(key=(variant, ""), values={})
    match variant:
        case "start_timer":
            values = {"seconds": _seconds(said.start_to_fire_timeout)}
            given = Given(key=("timer", str(said.seq)), values=values, sentence=sentence)
        case "cancel_timer":
            given = Given(key=("timer_canceled", str(said.seq)), values={})
        case "schedule_activity":
            given = Given(
                key=("activity", said.activity_id),
                values={"name": said.activity_type},
                sentence=sentence,
                payload=_only(said.arguments),
            )
        case "upsert_workflow_search_attributes":
            shown = shown_in(said.search_attributes.indexed_fields)
            given = Given(key=("attributes", counted.next()), values=shown) if shown else None
        case "update_response":
            given = _response(said)
        case "set_patch_marker":
            given = Given(key=("patch", said.patch_id), values={})
        case "complete_workflow_execution":
            given = Given(key=("result", ""), values={}, payload=said.result)
        case "continue_as_new_workflow_execution":
            given = _end("goes_on", said.arguments, 0)
    return given


def _response(said: Any) -> Given:
    answer = said.WhichOneof("response")
    if answer == "accepted":
        return Given(key=("accepted", said.protocol_instance_id), values={})
    key = ("answer", said.protocol_instance_id)
    if answer == "rejected":
        return _refusal(key, said.rejected, 0)
    return Given(key=key, values={"code": ""}, payload=said.completed)


# -- what both have ---------------------------------------------------------------------------------


def shown_in(attributes: Mapping[str, Payload]) -> dict[str, Any]:
    """Give our search attributes with their values; one that was taken away is None."""
    return {
        name: plain(payload)
        for name, payload in attributes.items()
        if not name.startswith(_OWN_ATTRIBUTES) and name != "BuildIds"
    }


def _refusal(key: Key, failure: Failure, event_id: int) -> Given:
    code = failure.application_failure_info.type
    return Given(key=key, values={"code": code}, sentence=failure.message, event_id=event_id)


def _end(kind: str, payloads: Any, event_id: int) -> Given:
    return Given(key=(kind, ""), values={}, payload=_only(payloads), event_id=event_id)


def _only(payloads: Any) -> Payload | None:
    return payloads[0] if len(payloads) == 1 else None


def _seconds(duration: Duration) -> float:
    return duration.ToTimedelta().total_seconds()


def _summary(metadata: Any) -> str:
    if not metadata.HasField("summary"):
        return ""
    text = plain(metadata.summary)
    return text if isinstance(text, str) else ""


def same_value(old: Any, new: Any) -> bool:
    """Say whether two plain values say the same."""
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) <= _SAME_LENGTH
    if isinstance(old, str) and isinstance(new, str) and old != new:
        return _instant(old) is not None and _instant(old) == _instant(new)
    return bool(old == new)


def _instant(text: str) -> datetime | None:
    """Read an instant, however its zone is written; None for any other text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
