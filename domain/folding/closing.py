"""How revisits and closure change a problem."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.folding.changes import ByEvent, Changes, lapsed, to_stage
from domain.problem import Problem, Proposal, Revisit
from domain.stages import Stage


def _revisit_planned(p: Problem, event: e.RevisitPlanned, recorded: e.Recorded) -> Changes:
    return to_stage(p, Stage.AWAITING_REVISIT, recorded.at) | {
        "revisit_on": event.on,
        "revisit_due_at": event.due_at,
        "proposal": None,
    }


def _revisited(p: Problem, event: e.RevisitRecorded, recorded: e.Recorded) -> Changes:
    visit = Revisit(
        on=event.on,
        result=event.result,
        findings=event.findings,
        by=recorded.by,
        off_site=event.off_site,
    )
    return {"revisits": (*p.revisits, visit)}


def _proposed(_: Problem, event: e.ClosureProposed, recorded: e.Recorded) -> Changes:
    proposal = Proposal(content_hash=event.content_hash, by=recorded.by, at=recorded.at)
    return {"proposal": proposal}


def _declined(_: Problem, __: e.ClosureDeclined, ___: e.Recorded) -> Changes:
    return {"proposal": None}


def _closed(p: Problem, event: e.ProblemClosed, recorded: e.Recorded) -> Changes:
    return to_stage(p, Stage.CLOSED, recorded.at) | {
        "closed_on": event.on,
        "proposal": None,
        "proposed": lapsed(
            p, c.ExtendRound, c.MoveDueDate, c.RestartDays, c.SuspendProblem, c.StateFact
        ),
    }


CHANGES: ByEvent = {
    e.RevisitPlanned: _revisit_planned,
    e.RevisitRecorded: _revisited,
    e.ClosureProposed: _proposed,
    e.ClosureDeclined: _declined,
    e.ProblemClosed: _closed,
}
