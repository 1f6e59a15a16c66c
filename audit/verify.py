"""Verifying lives: replay, orders, re-derivation; one life may have several runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from audit.addenda import demand_chained
from audit.compare import first_difference
from audit.derive import Differs, demand_handed_over, derive
from audit.recording import InboxAsked, Ordered, Recording, Unreadable, read_recording
from audit.replay import orders_of_replay
from domain.addenda import Addendum
from domain.events import Recorded
from domain.life import Life
from domain.policy import has_content_hash
from domain.work_calendar import years_hash
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

    `closed` when it came to its end in these runs; `goes_on` when a run that is not here goes on.
    """

    problem_no: str
    runs: int
    events: int
    added: int
    decisions: int
    closed: bool
    goes_on: bool
    points: Decimal
    listed: int
    difference: str | None

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
            "points": float(self.points),
            "listed": self.listed,
            "difference": self.difference,
        }


async def verify_life(
    runs: Sequence[WorkflowHistory],
    converter: DataConverter,
    added: Sequence[Addendum] = (),
) -> Verified:
    """Verify all runs of one life, oldest first, and what was noted after its end."""
    derived: Life | None = None
    recordings: list[Recording] = []
    difference = None
    try:
        for history in runs:
            recording = read_recording(history, converter)
            _demand_continuity(recordings[-1] if recordings else None, derived, recording)
            recordings.append(recording)
            _demand_own_hashes(recording)
            derived = derive(recording)
            await _demand_same_orders(history, recording, converter)
            _demand_own_end(history)
        if derived is not None:
            demand_chained(added, _recorded(recordings), derived.rules)
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
        points=problem.points if problem else Decimal(0),
        listed=len(problem.entries) if problem else 0,
        difference=difference,
    )


def _demand_own_end(run: WorkflowHistory) -> None:
    """A life ends by its own decision only: one that was broken off counts its days no more."""
    last = run.events[-1]
    how = _BROKEN_OFF.get(last.event_type)
    if how is not None:
        raise Differs(f"第 {last.event_id} 个事件：流程{how}，其后的时限不再有人计算")


def _recorded(recordings: Iterable[Recording]) -> list[Recorded]:
    """Give every event of a life, in order."""
    orders = (h.order for h in _happenings(recordings) if isinstance(h, Ordered))
    return [one for order in orders for one in order.recorded]


def _happenings(recordings: Iterable[Recording]) -> Iterable[object]:
    return (happening for recording in recordings for happening in recording.happenings)


def _demand_continuity(before: Recording | None, ended: Life | None, run: Recording) -> None:
    """A later run must begin with exactly what the earlier one handed over, or ended with."""
    if before is None or ended is None:
        if run.start.carried is not None:
            raise Differs("缺少此前的运行记录，生命周期不是从登记开始")
        return
    if run.start.revival is not None:
        _demand_revival(before, ended, run.start)
        return
    if before.goes_on is None:
        raise Differs("前一运行没有转入新的运行")
    difference = first_difference(run.start, before.goes_on)
    if difference is not None:
        raise Differs(f"新运行的起始内容与前一运行结转的不同：{difference}")


def _demand_revival(before: Recording, ended: Life, start: LifeStart) -> None:
    """A life is taken up again only after its end, and exactly as it ended."""
    if before.result is None:
        raise Differs("前一运行尚未办结，不能重启")
    if start.revival is not None and start.revival.after_run_id != before.run_id:
        raise Differs(f"重启所接续的不是前一运行 {before.run_id}")
    demand_handed_over(ended, start)
    same = replace(before.start, carried=None, policy=start.policy, calendar=start.calendar)
    same = replace(same, rules_version=start.rules_version, revival=None)
    difference = first_difference(replace(start, carried=None, revival=None), same)
    if difference is not None:
        raise Differs(f"重启的起始内容与此前不同：{difference}")


def _demand_own_hashes(run: Recording) -> None:
    policy, calendar = run.start.policy, run.start.calendar
    if not has_content_hash(policy, policy.content_hash):
        raise Differs(
            f"政策 {policy.policy_id}@{policy.version} 的内容与其哈希不符，记录的政策已被改动"
        )
    # Who takes the hash away as well is found by the orders: each names the calendar with it.
    if calendar.content_hash and years_hash(calendar.years) != calendar.content_hash:
        raise Differs(f"日历 {calendar.version} 的内容与其哈希不符，记录的日历已被改动")


async def _demand_same_orders(
    history: WorkflowHistory, run: Recording, converter: DataConverter
) -> None:
    """Today's code, replaying, must give the very orders the history holds."""
    orders, failure = await orders_of_replay(history, converter)
    if failure is not None:
        raise Differs(f"重放失败：{failure}")
    given = [order for _, order in orders]
    recorded = [h.order for h in run.happenings if isinstance(h, Ordered | InboxAsked)]
    for place, (held, today) in enumerate(zip(recorded, given, strict=False)):
        difference = first_difference(held, today)
        if difference is not None:
            raise Differs(f"第 {place + 1} 项指示与今日代码重放所得不同：{difference}")
    if len(given) != len(recorded):
        raise Differs(f"历史中有 {len(recorded)} 项指示，重放得到 {len(given)} 项")
