"""What a run begins with beside its input: the id, the search attributes, the sentence, the chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from audit.compare import Notes
from audit.derive import Differs
from audit.given import in_history, same_value, shown_in
from domain.commands import Facts
from workflows.messages import LifeStart
from workflows.names import TASK_QUEUE, found_by, workflow_id


def demand_right_beginning(
    earlier: Sequence[WorkflowHistory], history: WorkflowHistory, start: LifeStart, notes: Notes
) -> None:
    """Hold the start of a run against its input and the run before it; raises `Differs`."""
    before = earlier[-1] if earlier else None
    begun = history.events[0].workflow_execution_started_event_attributes
    if begun.workflow_id and begun.workflow_id != workflow_id(start.register.problem_no):
        raise Differs(
            f"流程编号为 {begun.workflow_id}，起始内容却是问题 {start.register.problem_no}"
        )
    _demand_nothing_added(history)
    if begun.task_queue.name != TASK_QUEUE:
        notes.add(f"任务队列为“{begun.task_queue.name}”，不是本系统所用的“{TASK_QUEUE}”")
    shown = shown_in(begun.search_attributes.indexed_fields)
    goes_on = before is not None and start.revival is None and start.restoration is None
    expected = (
        _shown_last(before) if before is not None and goes_on else _found(start.register.facts)
    )
    for name in sorted({*shown, *expected}):
        value, right = shown.get(name), expected.get(name)
        if not same_value(value, right):
            raise Differs(f"起始的检索项 {name} 记录为 {value}，应为 {right}")
    if before is not None and goes_on:
        _demand_chain(before, history)


def _demand_nothing_added(history: WorkflowHistory) -> None:
    """Nobody of ours writes a memo or a header, and people read them beside the history."""
    for event in history.events:
        begun = event.workflow_execution_started_event_attributes
        asked = event.workflow_execution_update_accepted_event_attributes.accepted_request.input
        ordered = event.activity_task_scheduled_event_attributes
        added = [*begun.memo.fields, *begun.header.fields]
        added += [*asked.header.fields, *ordered.header.fields]
        if added:
            raise Differs(
                f"第 {event.event_id} 个事件：附有本系统从不写入的内容 {'、'.join(sorted(added))}"
            )


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


def demand_own_times(history: WorkflowHistory, notes: Notes) -> None:
    """No timer fires before its length is over, and none but its own; raises `Differs`.

    A server's clock goes forward: an event earlier than one before it is noted.
    """
    _note_turned_back(history, notes)
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


def _note_turned_back(history: WorkflowHistory, notes: Notes) -> None:
    latest = history.events[0].event_time.ToDatetime(tzinfo=UTC)
    for event in history.events:
        at = event.event_time.ToDatetime(tzinfo=UTC)
        # When a deed was begun is written with its end, long after it.
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            continue
        if at < latest - _OUT_OF_TURN:
            notes.add(
                f"第 {event.event_id} 个事件的时间早于其前的事件，服务器时钟曾被调回或时间已被改动"
            )
            return
        latest = max(latest, at)


_OUT_OF_TURN = timedelta(minutes=5)
"""What comes in during a step is written after it, with its own time."""
_SKEW_SECONDS = 1.0
"""How far two clocks of one server cluster may be apart."""
