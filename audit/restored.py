"""Lives begun again after they were lost: what they may take up, and whether they took up just that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from audit.compare import Notes, first_difference
from audit.derive import Differs, derive
from audit.from_log import RulesUnknown, steps_of
from audit.recording import Happening, Ordered, Recording
from domain.events import Recorded
from domain.life import CarriedOver, Life, Step
from domain.restoring import Restoration, gone_on
from domain.rules import Rules
from workflows.messages import LifeStart


class OtherLog(Differs):
    """The event log holds something else than the history, or less: it is mended before the life."""


def last_in_common(run: Recording, events: Sequence[HistoryEvent], log: Sequence[Recorded]) -> int:
    """Give the number of the last event up to which the event log has what a run ordered to be written down.

    An order that contradicts the log was refused again and again: it is not part of the life, and what the
    log has in its place is. Raises `OtherLog` where one that contradicts it was carried out.
    """
    by_seq, carried_out = {recorded.seq: recorded for recorded in log}, _carried_out(events)
    for ordered in (one for one in run.happenings if isinstance(one, Ordered)):
        told = ordered.order.recorded
        other = next((one for one in told if by_seq.get(one.seq, one) != one), None)
        if other is not None and ordered.event_id in carried_out:
            raise OtherLog(f"第 {other.seq} 号事件在历史记录和事件记录中不同")
        if other is not None:
            return told[0].seq - 1
    return log[-1].seq


def _carried_out(events: Sequence[HistoryEvent]) -> set[int]:
    """Give the numbers of the history's events by which deeds were ordered that were done."""
    return {
        event.activity_task_completed_event_attributes.scheduled_event_id
        for event in events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
    }


def life_up_to(run: Recording, events: Sequence[HistoryEvent], last: int) -> Life:
    """Derive a run that was broken off, as far as event `last` of the life was written down.

    An order that was given and never carried out is not part of the life. Raises `Differs`, and
    `OtherLog` where a later event was written down: then the event log is older than the history.
    """
    carried_out = _carried_out(events)
    kept: list[Happening] = []
    for happening in run.happenings:
        if isinstance(happening, Ordered) and happening.order.recorded[-1].seq > last:
            if happening.event_id in carried_out:
                raise OtherLog(f"事件记录只到第 {last} 号，历史记录中已有其后的事项")
            break
        kept.append(happening)
    return derive(replace(run, happenings=tuple(kept), result=None, goes_on=None), Notes())


def taken_up(life: Life | None, log: Sequence[Recorded]) -> CarriedOver:
    """Say what a life goes on with: as its history left it, and what the event log holds after that.

    Raises `Differs` where the events do not follow.
    """
    before = life.problem_or_none if life else None
    try:
        problem, handled = gone_on(before, life.records if life else (), log)
    except ValueError as error:
        raise Differs(f"取自事件记录的事项不连续：{error}") from error
    return CarriedOver(problem=problem, handled=handled)


def demand_restored(
    recordings: Sequence[Recording],
    earlier: Sequence[WorkflowHistory],
    run: Recording,
    notes: Notes,
) -> bool:
    """Demand that a run took up what was lost, and nothing else; note it for its verdict.

    False for a run that was not begun again.

    The last of the `recordings` is the run it goes on from, read from the last of `earlier`.
    """
    restoration = run.start.restoration
    if restoration is None:
        return False
    if run.start.carried is None:
        raise Differs("接续办理的运行没有结转此前的问题")
    before = recordings[-1] if recordings else None
    events = earlier[-1].events if earlier else ()
    life = life_before(before, events, restoration)
    expected = taken_up(life, restoration.from_log)
    difference = first_difference(run.start.carried, expected, notes=notes)
    if difference is not None:
        raise Differs(f"接续办理的起始内容与此前不同：{difference}")
    if before is not None:
        _demand_same_start(before.start, run.start)
    if life is not None and not restoration.from_log:
        difference = first_difference(rules_of(run.start), life.rules)
        if difference is not None:
            raise Differs(f"接续办理所用的规则与此前不同：{difference}")
    notes.add(_words(restoration))
    try:
        decided_from_log(life, run.start, restoration)
    except RulesUnknown as unknown:
        notes.add(str(unknown))
    return True


def decided_from_log(
    life: Life | None, start: LifeStart, restoration: Restoration
) -> tuple[Step, ...]:
    """Give the decisions that no history tells, as far as the rules can say; raises `Differs`."""
    before, known = (life.problem, life.rules) if life is not None else (None, None)
    return steps_of(before, known, restoration.from_log, rules_of(start))


def rules_of(start: LifeStart) -> Rules:
    """Give the rules by which a run begins to be judged."""
    return Rules(start.policy, start.calendar, start.rules_version)


def life_before(
    before: Recording | None, events: Sequence[HistoryEvent], restoration: Restoration
) -> Life | None:
    """Derive what a run begun again goes on from; None where no history tells of it.

    Raises `Differs` where it is not the run that is named, or does not reach so far.
    """
    if not restoration.after_seq:
        return None
    if before is None or before.run_id != restoration.after_run_id:
        raise Differs(f"缺少所接续的运行 {restoration.after_run_id} 的历史记录")
    life = life_up_to(before, events, restoration.after_seq)
    if life.problem.seq != restoration.after_seq:
        raise Differs(
            f"此前的运行止于第 {life.problem.seq} 号事件，并非 {restoration.after_seq} 号"
        )
    return life


def _demand_same_start(before: LifeStart, start: LifeStart) -> None:
    same = replace(
        before,
        policy=start.policy,
        calendar=start.calendar,
        rules_version=start.rules_version,
        carried=start.carried,
        revival=None,
        restoration=start.restoration,
    )
    difference = first_difference(start, same)
    if difference is not None:
        raise Differs(f"接续办理的起始内容与此前不同：{difference}")


def _words(restoration: Restoration) -> str:
    """Say on whose word it goes on, and what no history tells."""
    source = "历史记录" if restoration.after_seq else "数据库的事件记录"
    said = (
        f"办理流程曾{restoration.lost.label}，由 {restoration.proposed_by.id} 提请、"
        f"{restoration.approved_by.id} 批准，自{source}接续办理"
    )
    if restoration.from_log:
        first, last = restoration.from_log[0].seq, restoration.from_log[-1].seq
        said += f"；第 {first} 至 {last} 号事项取自数据库的事件记录，没有历史记录可供重新推算"
    return said
