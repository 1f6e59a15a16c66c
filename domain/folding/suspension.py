"""How a suspension changes a problem."""

from __future__ import annotations

from dataclasses import replace

from domain import events as e
from domain.folding.changes import ByEvent, Changes, transfer_date
from domain.problem import LevelClock, Problem, Suspension
from domain.stages import WITH_DISTRICT


def _suspended(p: Problem, event: e.ProblemSuspended, recorded: e.Recorded) -> Changes:
    suspension = Suspension(
        on=event.on,
        review_on=event.review_on,
        reason=event.reason,
        approved_by=recorded.by,
        round_no=event.round_no,
        days_left=event.days_left,
        in_working_days=event.in_working_days,
    )
    return {
        "suspensions": (*p.suspensions, suspension),
        "level_clock": LevelClock(used=event.level_days_used),
    }


def _resumed(p: Problem, event: e.ProblemResumed, _: e.Recorded) -> Changes:
    suspension = replace(p.suspensions[-1], resumed_on=event.on, days=event.days_suspended)
    changes: Changes = {"suspensions": (*p.suspensions[:-1], suspension)}
    changes |= transfer_date(event.rectification_due_on)
    if p.level and p.stage in WITH_DISTRICT:
        changes["level_clock"] = replace(p.level_clock, running_from=event.on)
    return changes


CHANGES: ByEvent = {
    e.ProblemSuspended: _suspended,
    e.ProblemResumed: _resumed,
}
