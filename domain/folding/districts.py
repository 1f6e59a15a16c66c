"""How objections and other owners change a problem."""

from __future__ import annotations

from dataclasses import replace

from domain import commands as c
from domain import events as e
from domain.folding.changes import ByEvent, Changes, lapsed, transfer_date, with_round
from domain.local_time import day_of
from domain.problem import Objection, Problem, Reassignment


def _objection_raised(p: Problem, event: e.ObjectionRaised, _: e.Recorded) -> Changes:
    raised = Objection(
        receipt_id=event.receipt_id,
        round_no=event.round_no,
        district=p.district,
        received_at=event.received_at,
        reason=event.reason,
        proper_district=event.proper_district,
        disputed=event.disputed,
    )
    return {"objections": (*p.objections, raised)}


def _objection_decided(p: Problem, event: e.ObjectionDecided, recorded: e.Recorded) -> Changes:
    decided = replace(p.objections[-1], upheld=event.upheld, decided_on=day_of(recorded.at))
    changes: Changes = {
        "objections": (*p.objections[:-1], decided),
        "proposed": lapsed(p, c.MoveListed),
    }
    return changes | transfer_date(event.rectification_due_on)


def _reassigned(p: Problem, event: e.ProblemReassigned, recorded: e.Recorded) -> Changes:
    moved = Reassignment(
        from_district=event.from_district, to_district=event.to_district, on=event.on, why=event.why
    )
    changes: Changes = {
        "district": event.to_district,
        "reassignments": (*p.reassignments, moved),
        "proposed": lapsed(p, c.MoveListed, c.WithdrawListed),
    }
    if event.why is not e.ReassignedWhy.SUCCESSOR:
        anew = {"transfer_date_missed": False, "rectification_agreed": False}
        return changes | anew | transfer_date(event.rectification_due_on)
    taken_over: Changes = {"district": event.to_district}
    if event.tells_anew:
        taken_over |= {"taken_over": True, "proof": None, "served_on": None, "bounced_at": None}
        taken_over |= {"held_at": None, "reissued_at": recorded.at}
    return changes | with_round(p, len(p.rounds), **taken_over)


CHANGES: ByEvent = {
    e.ObjectionRaised: _objection_raised,
    e.ObjectionDecided: _objection_decided,
    e.ProblemReassigned: _reassigned,
}
