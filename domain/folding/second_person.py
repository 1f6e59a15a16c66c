"""How what two persons decide changes a problem."""

from __future__ import annotations

from domain import events as e
from domain.commands import ReopenProblem, RestartDays
from domain.folding.changes import ByEvent, Changes, lapsed
from domain.problem import Problem, ProposedAct


def _proposed(p: Problem, event: e.ActProposed, recorded: e.Recorded) -> Changes:
    proposed = ProposedAct(
        seq=recorded.seq,
        act=event.act,
        reason=event.reason,
        content_hash=event.content_hash,
        by=recorded.by,
        at=recorded.at,
        caused_by=event.caused_by,
    )
    anew = isinstance(event.act, RestartDays)
    others = lapsed(p, RestartDays) if anew else p.proposed
    revives = p.ended and isinstance(event.act, ReopenProblem)
    return {"proposed": (*others, proposed), "ended": p.ended and not revives}


def _settled(p: Problem, event: e.ActApproved | e.ActDeclined, _: e.Recorded) -> Changes:
    return {"proposed": tuple(one for one in p.proposed if one.seq != event.proposal)}


CHANGES: ByEvent = {
    e.ActProposed: _proposed,
    e.ActApproved: _settled,
    e.ActDeclined: _settled,
}
