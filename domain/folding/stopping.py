"""How an end without closure, or a return, changes a problem."""

from __future__ import annotations

from domain import events as e
from domain.commands import ExtendRound, MoveDueDate, RestartDays, StateFact, SuspendProblem
from domain.folding.changes import ByEvent, Changes, lapsed, to_stage, with_round
from domain.problem import Problem
from domain.stages import Stage


def _merged(p: Problem, event: e.ProblemMerged, recorded: e.Recorded) -> Changes:
    over = to_stage(p, Stage.MERGED, recorded.at)
    return over | _laid_down(p) | {"merged_into": event.into_no}


def _withdrawn(p: Problem, _: e.ProblemWithdrawn, recorded: e.Recorded) -> Changes:
    return to_stage(p, Stage.WITHDRAWN, recorded.at) | _laid_down(p)


def _laid_down(p: Problem) -> Changes:
    """What was asked or proposed has no object any more; points may still be taken back."""
    left = lapsed(p, ExtendRound, MoveDueDate, RestartDays, SuspendProblem, StateFact)
    changes: Changes = {"proposed": left, "proposal": None}
    if p.rounds:
        changes |= with_round(p, len(p.rounds), asked=None)
    return changes


def _reopened(p: Problem, _: e.ProblemReopened, __: e.Recorded) -> Changes:
    return {
        "reopened": p.reopened + 1,
        "closed_on": None,
        "ended": False,
        "draw_id": "",
        "excused": False,
    }


CHANGES: ByEvent = {
    e.ProblemMerged: _merged,
    e.ProblemWithdrawn: _withdrawn,
    e.ProblemReopened: _reopened,
}
