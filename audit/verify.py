"""Verifying lives: replay, orders, re-derivation; one life may have several runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from audit.addenda import demand_chained
from audit.beginnings import demand_own_times, demand_right_beginning
from audit.compare import Notes, first_difference
from audit.derive import Differs, demand_handed_over, derive
from audit.known import demand_known
from audit.recording import Ordered, Recording, Unreadable, read_recording
from audit.replay import before_it_failed, commands_of_replay
from audit.restored import demand_restored
from audit.same_commands import demand_same_commands
from domain.addenda import Addendum
from domain.events import Recorded
from domain.life import Life
from domain.policy import has_content_hash
from domain.work_calendar import years_hash
from gateways.known_rules import KnownRules
from workflows.messages import LifeStart
from workflows.names import problem_no_of

_BROKEN_OFF = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: "被强行终止",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: "被取消",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: "异常结束",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: "超时结束",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found about one life; `difference` is the first one, in plain words, or None.

    `notes` tell what is no difference and should be known: other wording of a sentence, a clock moved by hand.
    `closed` when it came to its end in these runs; `goes_on` when a run that is not here goes on;
    `until` is the server's time of the last event that is here.
    """

    problem_no: str
    runs: int
    events: int
    added: int
    decisions: int
    closed: bool
    goes_on: bool
    until: datetime
    points: Decimal
    listed: int
    difference: str | None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the finding as plain JSON content."""
        return {
            "problem_no": self.problem_no,
            "ok": self.difference is None,
            "runs": self.runs,
            "events": self.events,
            "addenda": self.added,
            "decisions": self.decisions,
            "closed": self.closed,
            "goes_on": self.goes_on,
            "until": self.until.isoformat(),
            "points": float(self.points),
            "listed": self.listed,
            "difference": self.difference,
            "notes": list(self.notes),
        }


async def verify_life(
    runs: Sequence[WorkflowHistory],
    converter: DataConverter,
    added: Sequence[Addendum] = (),
    known: KnownRules | None = None,
) -> Verified:
    """Verify a life's runs, oldest first, and what was noted after its end; `known` must hold its rules."""
    derived: Life | None = None
    recordings: list[Recording] = []
    difference, notes = None, Notes()
    try:
        for place, history in enumerate(runs):
            recording, earlier = read_recording(history, converter), runs[max(place - 1, 0) : place]
            if not demand_restored(recordings, earlier, recording, notes):
                _demand_own_end(earlier)
                _demand_continuity(recordings[-1:], derived, recording, notes)
            demand_right_beginning(earlier, history, recording.start, notes)
            recordings.append(recording)
            _demand_right_rules(history, recording, known)
            derived = derive(recording, notes)
            _demand_own_end(runs[-1:] if history is runs[-1] else ())
            await _demand_same_run(history, recording.start, converter, notes)
        _demand_right_addenda(derived, recordings, added)
    except (Differs, Unreadable) as found:
        difference = str(found)
    problem = derived.problem_or_none if derived else None
    return Verified(
        problem_no=problem_no_of(runs[0].workflow_id),
        runs=len(runs),
        events=sum(len(history.events) for history in runs),
        added=len(added),
        decisions=sum(1 for h in _happenings(recordings) if isinstance(h, Ordered)),
        closed=bool(recordings) and recordings[-1].closed,
        goes_on=bool(recordings) and recordings[-1].goes_on is not None,
        until=last_time(runs),
        points=problem.points if problem else Decimal(0),
        listed=len(problem.entries) if problem else 0,
        difference=difference,
        notes=tuple(notes.told),
    )


def last_time(runs: Sequence[WorkflowHistory]) -> datetime:
    """Give the server's time of the last event of a life."""
    found = runs[-1].events[-1].event_time.ToDatetime(tzinfo=UTC)
    return min(found, datetime.max.replace(tzinfo=UTC) - timedelta(days=1))


def _note_shift(start: LifeStart, notes: Notes) -> None:
    """A clock moved by hand belongs to a demonstration or a simulation, never to production."""
    if start.clock_shift_seconds:
        days = start.clock_shift_seconds / 86_400
        notes.add(
            f"流程时钟与服务器时钟相差 {days:+.1f} 天（clock_shift_seconds），仅可用于演示，不能作为正式记录"
        )


def _note_reset(history: WorkflowHistory, notes: Notes) -> None:
    """A run that somebody reset begins with a copy of another's events: the server holds two truths of it."""
    for event in history.events:
        failed = event.workflow_task_failed_event_attributes
        if failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW:
            notes.add(
                f"该运行系由 Temporal 将运行 {failed.base_run_id} 重置而来，第 {event.event_id} 个事件之前为其副本"
            )


def _demand_right_addenda(
    derived: Life | None, recordings: Sequence[Recording], added: Sequence[Addendum]
) -> None:
    if derived is not None:
        demand_chained(added, _recorded(recordings), derived.rules)


def _demand_own_end(runs: Sequence[WorkflowHistory]) -> None:
    """A life ends by its own decision only: one that was broken off counts its days no more."""
    for last in (run.events[-1] for run in runs):
        how = _BROKEN_OFF.get(last.event_type)
        if how is None:
            continue
        raise Differs(f"第 {last.event_id} 个事件：流程{how}，其后的时限不再有人计算")


def _recorded(recordings: Iterable[Recording]) -> list[Recorded]:
    """Give every event of a life, in order."""
    found: list[Recorded] = []
    for recording in recordings:
        restoration = recording.start.restoration
        if restoration is not None:
            found[restoration.after_seq :] = restoration.from_log
        orders = (h.order for h in recording.happenings if isinstance(h, Ordered))
        found += [one for order in orders for one in order.recorded]
    return found


def _happenings(recordings: Iterable[Recording]) -> Iterable[object]:
    return (happening for recording in recordings for happening in recording.happenings)


def _demand_continuity(
    earlier: Sequence[Recording], ended: Life | None, run: Recording, notes: Notes
) -> None:
    """A later run must begin with exactly what the earlier one handed over, or ended with."""
    before = earlier[0] if earlier else None
    if before is None or ended is None:
        if run.start.carried is not None:
            raise Differs("缺少此前的运行记录，生命周期不是从登记开始")
        return
    if run.start.revival is not None:
        _demand_revival(before, ended, run.start, notes)
        return
    if before.goes_on is None:
        raise Differs("前一运行没有转入新的运行")
    difference = first_difference(run.start, before.goes_on)
    if difference is not None:
        raise Differs(f"新运行的起始内容与前一运行结转的不同：{difference}")


def _demand_revival(before: Recording, ended: Life, start: LifeStart, notes: Notes) -> None:
    """A life is taken up again only after its end, and exactly as it ended."""
    if before.result is None:
        raise Differs("前一运行尚未办结，不能重启")
    if start.revival is not None and start.revival.after_run_id != before.run_id:
        raise Differs(f"重启所接续的不是前一运行 {before.run_id}")
    demand_handed_over(ended, start, notes)
    same = replace(before.start, carried=None, policy=start.policy, calendar=start.calendar)
    same = replace(same, rules_version=start.rules_version, revival=None, restoration=None)
    difference = first_difference(replace(start, carried=None, revival=None), same)
    if difference is not None:
        raise Differs(f"重启的起始内容与此前不同：{difference}")


def _demand_right_rules(history: WorkflowHistory, run: Recording, known: KnownRules | None) -> None:
    _demand_own_hashes(run)
    if known is not None:
        demand_known(history, run, known)


def _demand_own_hashes(run: Recording) -> None:
    policy, calendar = run.start.policy, run.start.calendar
    if not has_content_hash(policy, policy.content_hash):
        raise Differs(
            f"政策 {policy.policy_id}@{policy.version} 的内容与其哈希不符，记录的政策已被改动"
        )
    # Who takes the hash away as well is found by the orders: each names the calendar with it.
    if calendar.content_hash and years_hash(calendar.years) != calendar.content_hash:
        raise Differs(f"日历 {calendar.version} 的内容与其哈希不符，记录的日历已被改动")


async def _demand_same_run(
    history: WorkflowHistory, start: LifeStart, converter: DataConverter, notes: Notes
) -> None:
    """Today's code, replaying, must give the very commands the history holds."""
    _note_shift(start, notes)
    _note_reset(history, notes)
    history = before_it_failed(history)
    commands, failure = await commands_of_replay(history, converter)
    if failure is not None:
        raise Differs(f"重放失败：{failure}")
    demand_same_commands(history, commands, converter, notes)
    demand_own_times(history, notes)
