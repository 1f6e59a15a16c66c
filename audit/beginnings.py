"""What a run begins with beside its input: the id, the search attributes, the sentence, the chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from audit.derive import Differs
from audit.given import in_history, same_value, shown_in
from domain.commands import Facts
from workflows.messages import LifeStart
from workflows.names import found_by, workflow_id


def demand_right_beginning(
    before: WorkflowHistory | None, history: WorkflowHistory, start: LifeStart
) -> None:
    """Hold the start of a run against its input and the run before it; raises `Differs`."""
    begun = history.events[0].workflow_execution_started_event_attributes
    if begun.workflow_id and begun.workflow_id != workflow_id(start.register.problem_no):
        raise Differs(
            f"流程编号为 {begun.workflow_id}，起始内容却是问题 {start.register.problem_no}"
        )
    shown = shown_in(begun.search_attributes.indexed_fields)
    goes_on = before is not None and start.revival is None and start.restoration is None
    expected = (
        _shown_last(before) if before is not None and goes_on else _found(start.register.facts)
    )
    for name, value in shown.items():
        if name not in expected or not same_value(value, expected[name]):
            raise Differs(f"起始的检索项 {name} 记录为 {value}，应为 {expected.get(name)}")
    if before is not None and goes_on:
        _demand_chain(before, history)


def _found(facts: Facts) -> Mapping[str, Any]:
    return {pair.key.name: pair.value for pair in found_by(facts)}


def _shown_last(run: WorkflowHistory) -> Mapping[str, Any]:
    """Give the search attributes as a run left them."""
    begun = run.events[0].workflow_execution_started_event_attributes
    shown = shown_in(begun.search_attributes.indexed_fields)
    for given in in_history(run.events):
        if given.key[0] == "attributes":
            shown.update(given.values)
    return shown


def _demand_chain(before: WorkflowHistory, history: WorkflowHistory) -> None:
    ended = before.events[-1].workflow_execution_continued_as_new_event_attributes
    begun = history.events[0].workflow_execution_started_event_attributes
    first = before.events[0].workflow_execution_started_event_attributes.first_execution_run_id
    if ended.new_execution_run_id != begun.original_execution_run_id:
        raise Differs(f"前一运行转入 {ended.new_execution_run_id}，此运行却是另一个")
    if begun.first_execution_run_id != first:
        raise Differs("与前一运行的首个运行编号不同")


def demand_own_times(history: WorkflowHistory) -> None:
    """No timer fires before its length is over, and none but its own; raises `Differs`."""
    timers: dict[str, tuple[int, float]] = {}
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            timer = event.timer_started_event_attributes
            length = timer.start_to_fire_timeout.ToTimedelta().total_seconds()
            timers[timer.timer_id] = (
                event.event_id,
                event.event_time.ToDatetime().timestamp() + length,
            )
        elif event.event_type == EventType.EVENT_TYPE_TIMER_FIRED:
            fired = event.timer_fired_event_attributes
            started, due = timers.get(fired.timer_id, (0, 0.0))
            if fired.started_event_id != started:
                raise Differs(f"第 {event.event_id} 个事件：计时器 {fired.timer_id} 不是由此开始的")
            if event.event_time.ToDatetime().timestamp() < due - _SKEW_SECONDS:
                raise Differs(
                    f"第 {event.event_id} 个事件：计时器 {fired.timer_id} 在到时之前即已触发"
                )


_SKEW_SECONDS = 1.0
"""How far two clocks of one server cluster may be apart."""
