"""Holding every command of a history against the one that today's code gives in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from audit.compare import Notes, first_difference
from audit.derive import Differs
from audit.given import Given, Key, by_todays_code, in_history, plain, same_value
from audit.recording import Unreadable
from domain.outcomes import Outcome
from workflows.messages import DrainOrder, LifeStart, RecordOrder

_LABELS = {
    "timer": "计时器",
    "timer_canceled": "撤销计时器",
    "activity": "指示",
    "attributes": "检索项",
    "accepted": "受理指令",
    "answer": "对指令的答复",
    "patch": "版本标记",
    "result": "流程结果",
    "goes_on": "结转内容",
}
_ENDS = frozenset({"result", "goes_on"})
_ORDERS: Mapping[str, type] = {"record": RecordOrder, "let_in": DrainOrder}
_TYPES: Mapping[str, type] = {"answer": Outcome, "result": Outcome, "goes_on": LifeStart}
_UNDER_WAY = frozenset(
    {EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED, EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED}
)
_STEPS = _UNDER_WAY | {
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
}


def demand_same_commands(
    history: WorkflowHistory,
    commands: Iterable[WorkflowCommand],
    converter: DataConverter,
    notes: Notes,
) -> None:
    """Raise `Differs` at the first command that is not what today's code gives."""
    held = {one.key: one for one in in_history(history.events)}
    today = _given_today(commands, held)
    for key, one in held.items():
        if key not in today:
            raise Differs(f"第 {one.event_id} 个事件：{_name(one)}，按规则不应有")
        _demand_same(one, today[key], converter, notes)
    missing = [one for key, one in today.items() if key not in held]
    if missing and not _still_to_come(missing, list(today.values()), history):
        raise Differs(f"{_name(missing[0])}，按规则应有，历史中没有")


def _still_to_come(
    missing: Sequence[Given], today: Sequence[Given], history: WorkflowHistory
) -> bool:
    """Say whether what is missing belongs to the step in which an open history was fetched."""
    steps = [event.event_type for event in history.events if event.event_type in _STEPS]
    under_way = bool(steps) and steps[-1] in _UNDER_WAY
    return under_way and list(missing) == list(today[-len(missing) :])


def _given_today(
    commands: Iterable[WorkflowCommand], held: Mapping[Key, Given]
) -> dict[Key, Given]:
    """Give today's commands, without those that never reach a history.

    These are a timer set and taken back within one step, and what comes after a run's end.
    """
    today: dict[Key, Given] = {}
    over = False
    for one in by_todays_code(commands):
        if not over or one.key in held:
            today[one.key] = one
        over = over or one.key[0] in _ENDS
    for kind, number in [key for key in today if key[0] == "timer_canceled"]:
        if (kind, number) not in held and ("timer", number) not in held:
            del today[kind, number], today["timer", number]
    return today


def _demand_same(held: Given, today: Given, converter: DataConverter, notes: Notes) -> None:
    where = f"第 {held.event_id} 个事件：{_name(held)}"
    for name in sorted({*held.values, *today.values}):
        old, new = held.values.get(name), today.values.get(name)
        if not same_value(old, new):
            raise Differs(f"{where}的 {name} 记录为 {old}，按规则应为 {new}")
    if not notes.worded(_name(held), held.sentence, today.sentence):
        raise Differs(f"{where}记录为“{held.sentence}”，按规则应为“{today.sentence}”")
    difference = _content_differs(held, today, converter, notes)
    if difference is not None:
        raise Differs(f"{where}与今日代码重放所得不同：{difference}")


def _content_differs(
    held: Given, today: Given, converter: DataConverter, notes: Notes
) -> str | None:
    if held.payload is None or today.payload is None:
        return None if held.payload is today.payload else "内容缺失"
    kind = _ORDERS.get(held.values.get("name", ""), _TYPES.get(held.key[0]))
    if kind is None:
        same = plain(held.payload) == plain(today.payload)
        return None if same else "内容不同"
    recorded, expected = (_read(one, kind, converter) for one in (held.payload, today.payload))
    return first_difference(recorded, expected, notes=notes)


def _read(payload: Payload, kind: type, converter: DataConverter) -> Any:
    try:
        return converter.payload_converter.from_payload(payload, kind)
    except (RuntimeError, ValueError, TypeError) as error:
        raise Unreadable(f"内容无法识别：{error}") from error


def _name(given: Given) -> str:
    kind, key = given.key
    label = _LABELS.get(kind, f"命令 {kind}")
    return f"{label} {key}".strip() if kind != "attributes" else f"第 {key} 次更新的{label}"
