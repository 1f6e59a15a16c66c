"""A life begun again is derived across the gap: what the lost run wrote down, and what the event log tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from audit.derive import Differs
from audit.orders import LifeOrders, orders_of_life
from audit.recording import Ordered, read_recording
from audit.restored import life_up_to, rules_of, taken_up
from audit.sources import lives_in
from audit.verify import verify_life
from domain.commands import SendReminder
from domain.events import CalendarApplied, Lost, PointsDeducted, PolicyApplied, Recorded
from domain.fold import fold
from domain.life import CarriedOver, Life
from domain.restoring import Restoration
from gateways.temporal_client import DATA_CONVERTER
from tests.worlds.life import OFFICER, SUPERVISOR
from workflows.messages import LifeStart, RecordOrder

HISTORIES = Path(__file__).parent.parent / "histories"


@cache
def whole(name: str = "silent") -> tuple[WorkflowHistory, tuple[RecordOrder, ...], LifeStart]:
    """A recorded life, every order it gave, and how it began."""
    ((run,),) = lives_in(HISTORIES / name)
    recording = read_recording(run, DATA_CONVERTER)
    orders = tuple(one.order for one in recording.happenings if isinstance(one, Ordered))
    return run, orders, recording.start


def broken_off(after: int) -> WorkflowHistory:
    """The recorded life, terminated when it had given so many orders and one of them was written down."""
    run, _, _ = whole()
    activities = [
        place
        for place, event in enumerate(run.events)
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    ]
    last = activities[after]  # this one was given, and nobody carried it out
    end = attributes(HistoryEvent(event_id=last + 2), "WORKFLOW_EXECUTION_TERMINATED", {})
    return WorkflowHistory(run.workflow_id, [*run.events[: last + 1], end])


def attributes(event: HistoryEvent, kind: str, values: dict[str, Any]) -> HistoryEvent:
    """Give an event its kind and what it carries."""
    event.event_type = EventType.Value(f"EVENT_TYPE_{kind}")
    carried = getattr(event, f"{kind.lower()}_event_attributes")
    carried.SetInParent()
    for name, value in values.items():
        field: Any = getattr(carried, name)
        if hasattr(field, "CopyFrom"):
            field.CopyFrom(value)
        else:
            setattr(carried, name, value)
    return event


def payloads(value: object) -> Any:
    """Write one value as a life does."""
    return DATA_CONVERTER.payload_converter.to_payloads_wrapper([value])


def begun_again(start: LifeStart, order: RecordOrder, at: datetime) -> WorkflowHistory:
    """The first task of a run that was begun again."""
    time = Timestamp()
    time.FromDatetime(at - timedelta(seconds=start.clock_shift_seconds))
    told: list[tuple[str, dict[str, Any]]] = [
        (
            "WORKFLOW_EXECUTION_STARTED",
            {"input": payloads(start), "original_execution_run_id": "2"},
        ),
        ("WORKFLOW_TASK_SCHEDULED", {}),
        ("WORKFLOW_TASK_STARTED", {}),
        ("WORKFLOW_TASK_COMPLETED", {}),
        ("ACTIVITY_TASK_SCHEDULED", {"input": payloads(order)}),
    ]
    events = [
        attributes(HistoryEvent(event_id=place, event_time=time), kind, values)
        for place, (kind, values) in enumerate(told, start=1)
    ]
    events[0].workflow_execution_started_event_attributes.workflow_type.name = "ProblemWorkflow"
    events[-1].activity_task_scheduled_event_attributes.activity_type.name = "record"
    return WorkflowHistory(whole()[0].workflow_id, events)


def restored(
    from_history: int, log: Sequence[Recorded], **start: Any
) -> tuple[WorkflowHistory, ...]:
    """The runs of a life that was lost after so many orders and goes on from its log up to its end."""
    lost = broken_off(from_history) if from_history else None
    first = whole()[2]
    life: Life | None = None
    after_run, after_seq = "", 0
    if lost is not None:
        recording = read_recording(lost, DATA_CONVERTER)
        after_run, after_seq = recording.run_id, whole()[1][from_history - 1].recorded[-1].seq
        life = life_up_to(recording, lost.events, after_seq)
    restoration = Restoration(
        restoration_id="r1",
        lost=Lost.TERMINATED,
        proposed_by=OFFICER,
        approved_by=SUPERVISOR,
        reason="示例",
        after_run_id=after_run,
        after_seq=after_seq,
        from_log=tuple(log[after_seq:]),
    )
    carried = taken_up(life, restoration.from_log)
    again = replace(first, carried=carried, restoration=restoration, **start)
    rules = life.rules if life else None
    goes_on, at = Life(rules or rules_of(again), carried), log[-1].at + timedelta(hours=1)
    step = goes_on.restore(restoration, at)
    run = begun_again(again, RecordOrder.of(step, again.row_key), at)
    return (run,) if lost is None else (lost, run)


def log_of(count: int) -> list[Recorded]:
    """The events of the first orders of the recorded life."""
    return [one for order in whole()[1][:count] for one in order.recorded]


def told(runs: Sequence[WorkflowHistory]) -> LifeOrders:
    """What the life ordered in all of its runs."""
    found = orders_of_life(runs, DATA_CONVERTER)
    assert found is not None
    return found


@pytest.mark.parametrize("from_history", [0, 2, 4])
def test_a_life_begun_again_orders_what_it_would_have_ordered_had_it_not_been_lost(
    from_history: int,
) -> None:
    before = whole()[1][:6]
    found = told(restored(from_history, log_of(6)))
    *orders, again = found.orders
    assert [one.recorded for one in orders] == [one.recorded for one in before]
    assert [one.notices for one in orders] == [one.notices for one in before]
    assert [one.next_duty for one in orders] == [one.next_duty for one in before]
    assert [one.event.tag for one in again.recorded] == ["life:restored"]


def test_an_order_that_was_given_and_not_carried_out_is_none_of_the_lives() -> None:
    found = told(restored(4, log_of(4)))
    assert [one.recorded for one in found.orders[:-1]] == [one.recorded for one in whole()[1][:4]]


def forged() -> list[Recorded]:
    """The log of the life, with more points than the rules take."""
    return [
        replace(one, event=replace(one.event, points=one.event.points + Decimal("0.1")))
        if isinstance(one.event, PointsDeducted)
        else one
        for one in log_of(_deducted())
    ]


def _deducted() -> int:
    """How many orders it takes until points were deducted."""
    orders = whole()[1]
    first = (
        place
        for place, order in enumerate(orders, start=1)
        if any(isinstance(one.event, PointsDeducted) for one in order.recorded)
    )
    return next(first)


@pytest.mark.parametrize("from_history", [0, 2])
async def test_what_fell_due_is_decided_anew_though_no_history_tells_of_it(
    from_history: int,
) -> None:
    runs = restored(from_history, forged())
    with pytest.raises(Differs, match="points"):
        told(runs)
    found = await verify_life(runs, DATA_CONVERTER)
    assert "points" in (found.difference or "")


def test_a_run_that_is_missing_before_it_is_missed() -> None:
    with pytest.raises(Differs, match="缺少"):
        told(restored(4, log_of(6))[1:])


def test_what_fell_due_too_early_or_was_not_due_is_found() -> None:
    early = [
        replace(one, at=one.at - timedelta(days=1)) if one.cause.startswith("duty:") else one
        for one in log_of(_deducted())
    ]
    with pytest.raises(Differs, match="到期事项"):
        told(restored(0, early))


def test_where_the_rules_of_a_moment_are_not_known_that_is_said() -> None:
    log = log_of(2)
    problem = None
    for one in log:
        problem = fold(one, problem)
    assert problem is not None
    for event, said in (
        (PolicyApplied(policy="x@1", content_hash="0" * 64, proposed_by=OFFICER), "无从得知"),
        (CalendarApplied(calendar_version="x", content_hash="0", proposed_by=OFFICER), "无从得知"),
    ):
        changed = Recorded(
            seq=problem.seq + 1, at=log[-1].at, by=SUPERVISOR, cause="rule:1/x", event=event
        )
        with pytest.raises(Differs, match=said):
            told(restored(0, [*log, changed]))


def test_a_command_that_only_the_log_tells_of_has_its_notices() -> None:
    life, start = whole()[1][:2], whole()[2]
    rules = rules_of(start)
    problem = None
    for one in log_of(2):
        problem = fold(one, problem)
    assert problem is not None
    lived = Life(rules, CarriedOver(problem=problem, handled=()))
    step = lived.decide(SendReminder(by=OFFICER), "key:u/1", life[-1].recorded[-1].at)
    found = told(restored(2, [*log_of(2), *step.decision.events]))
    assert found.orders[2].notices == step.notices
