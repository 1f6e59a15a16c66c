"""How the events of lives that do not go straight change a problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from domain import events as e
from domain.commands import (
    ExtendRound,
    MoveDueDate,
    ReopenProblem,
    ReverseDeduction,
    SuspendProblem,
)
from domain.folding.changes import Changes, lapsed, to_stage, with_round
from domain.local_time import day_of
from domain.problem import (
    Appeal,
    ExtensionAsk,
    LevelClock,
    Objection,
    Problem,
    ProposedAct,
    Reassignment,
    Suspension,
)
from domain.stages import WITH_DISTRICT, Stage


def _extension_requested(p: Problem, event: e.ExtensionRequested, _: e.Recorded) -> Changes:
    asked = ExtensionAsk(
        receipt_id=event.receipt_id,
        received_at=event.received_at,
        wanted_on=event.wanted_on,
        reason=event.reason,
    )
    return with_round(p, event.round_no, asked=asked)


def _extension_decided(p: Problem, event: e.ExtensionDecided, _: e.Recorded) -> Changes:
    granted = p.rounds[event.round_no - 1].extensions + event.granted
    changes = with_round(p, event.round_no, asked=None, extensions=granted)
    return changes | {"proposed": lapsed(p, ExtendRound)}


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
    changes: Changes = {"objections": (*p.objections[:-1], decided)}
    return changes | _transfer_date(event.rectification_due_on)


def _transfer_date(due_on: date | None) -> Changes:
    """The transfer's own date for rectification, where it was moved."""
    return {} if due_on is None else {"rectification_due_on": due_on}


def _reassigned(p: Problem, event: e.ProblemReassigned, _: e.Recorded) -> Changes:
    moved = Reassignment(
        from_district=event.from_district, to_district=event.to_district, on=event.on, why=event.why
    )
    changes: Changes = {
        "district": event.to_district,
        "reassignments": (*p.reassignments, moved),
    }
    if event.why is not e.ReassignedWhy.SUCCESSOR:
        anew = {"transfer_date_missed": False, "rectification_agreed": False}
        return changes | anew | _transfer_date(event.rectification_due_on)
    return changes | with_round(p, len(p.rounds), district=event.to_district)


def _proposed(p: Problem, event: e.ActProposed, recorded: e.Recorded) -> Changes:
    proposed = ProposedAct(
        seq=recorded.seq,
        act=event.act,
        reason=event.reason,
        content_hash=event.content_hash,
        by=recorded.by,
        at=recorded.at,
    )
    revives = p.ended and isinstance(event.act, ReopenProblem)
    return {"proposed": (*p.proposed, proposed), "ended": p.ended and not revives}


def _settled(p: Problem, event: e.ActApproved | e.ActDeclined, _: e.Recorded) -> Changes:
    return {"proposed": tuple(one for one in p.proposed if one.seq != event.proposal)}


def _suspended(p: Problem, event: e.ProblemSuspended, recorded: e.Recorded) -> Changes:
    stay = Suspension(
        on=event.on,
        review_on=event.review_on,
        reason=event.reason,
        approved_by=recorded.by,
        round_no=event.round_no,
        days_left=event.days_left,
        in_working_days=event.in_working_days,
    )
    return {
        "suspensions": (*p.suspensions, stay),
        "level_clock": LevelClock(used=event.level_days_used),
    }


def _resumed(p: Problem, event: e.ProblemResumed, _: e.Recorded) -> Changes:
    stay = replace(p.suspensions[-1], resumed_on=event.on, days=event.days_suspended)
    changes: Changes = {"suspensions": (*p.suspensions[:-1], stay)}
    changes |= _transfer_date(event.rectification_due_on)
    if p.level and p.stage in WITH_DISTRICT:
        changes["level_clock"] = replace(p.level_clock, running_from=event.on)
    return changes


def _merged(p: Problem, event: e.ProblemMerged, recorded: e.Recorded) -> Changes:
    over = to_stage(p, Stage.MERGED, recorded.at)
    return over | _laid_down(p) | {"merged_into": event.into_no}


def _withdrawn(p: Problem, _: e.ProblemWithdrawn, recorded: e.Recorded) -> Changes:
    return to_stage(p, Stage.WITHDRAWN, recorded.at) | _laid_down(p)


def _laid_down(p: Problem) -> Changes:
    """What was asked or proposed has no object any more; points may still be taken back."""
    left = lapsed(p, ExtendRound, MoveDueDate, SuspendProblem)
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


def _reissued(p: Problem, event: e.NoticeReissued, _: e.Recorded) -> Changes:
    return with_round(p, event.round_no, reissues=event.number, held_at=None, bounced_at=None)


def _service_failed(p: Problem, event: e.ServiceFailed, _: e.Recorded) -> Changes:
    return with_round(p, event.round_no, bounced_at=event.reported_at)


def _appealed(p: Problem, event: e.AppealFiled, _: e.Recorded) -> Changes:
    appeal = Appeal(receipt_id=event.receipt_id, received_at=event.received_at, reason=event.reason)
    return _with_deduction(p, event.deduction, appeal=appeal)


def _appeal_decided(p: Problem, event: e.AppealDecided, recorded: e.Recorded) -> Changes:
    deduction = p.deduction(event.deduction)
    if deduction is None or deduction.appeal is None:
        raise ValueError(f"deduction {event.deduction} was not appealed")
    appeal = replace(
        deduction.appeal,
        upheld=event.upheld,
        answer=event.reason,
        decided_on=day_of(recorded.at),
    )
    left = tuple(one for one in p.proposed if not _upholds(one, event.receipt_id))
    return _with_deduction(p, event.deduction, appeal=appeal) | {"proposed": left}


def _upholds(proposed: ProposedAct, receipt_id: str) -> bool:
    act = proposed.act
    return isinstance(act, ReverseDeduction) and act.receipt_id == receipt_id


def _reversed(p: Problem, event: e.PointsReversed, recorded: e.Recorded) -> Changes:
    left = tuple(one for one in p.proposed if not _takes_back(one, event.deduction))
    return _with_deduction(p, event.deduction, reversed_seq=recorded.seq) | {"proposed": left}


def _takes_back(proposed: ProposedAct, deduction: int) -> bool:
    act = proposed.act
    return isinstance(act, ReverseDeduction) and act.deduction == deduction


def _with_deduction(p: Problem, seq: int, **changes: Any) -> Changes:
    rows = tuple(replace(d, **changes) if d.seq == seq else d for d in p.deductions)
    return {"deductions": rows}


def _rules_changed(_: Problem, __: object, ___: e.Recorded) -> Changes:
    """The problem stays as it is; the decision carries the new rules on."""
    return {}


def _due_date_confirmed(p: Problem, event: e.DueDateConfirmed, _: e.Recorded) -> Changes:
    return with_round(p, event.round_no, provisional=False)


def _drawn(_: Problem, event: e.RevisitDrawn, __: e.Recorded) -> Changes:
    return {"draw_id": event.draw_id, "excused": not event.drawn}


def _typical(_: Problem, event: e.TypicalCaseMarked, __: e.Recorded) -> Changes:
    return {"typical": event.typical}


def _register_number(p: Problem, event: e.RegisterNumberRecorded, _: e.Recorded) -> Changes:
    numbers = dict(p.register_numbers) | {event.register: event.number}
    return {"register_numbers": tuple(sorted(numbers.items()))}


def _bureau_reminded(p: Problem, event: e.BureauReminded, _: e.Recorded) -> Changes:
    steps = dict(p.reminded) | {f"{event.duty}:{event.ref}": event.step}
    return {"reminded": tuple(sorted(steps.items()))}


CHANGES: dict[type, Callable[[Problem, Any, e.Recorded], Changes]] = {
    e.ExtensionRequested: _extension_requested,
    e.ExtensionDecided: _extension_decided,
    e.ObjectionRaised: _objection_raised,
    e.ObjectionDecided: _objection_decided,
    e.ProblemReassigned: _reassigned,
    e.ActProposed: _proposed,
    e.ActApproved: _settled,
    e.ActDeclined: _settled,
    e.ProblemSuspended: _suspended,
    e.ProblemResumed: _resumed,
    e.ProblemMerged: _merged,
    e.ProblemWithdrawn: _withdrawn,
    e.ProblemReopened: _reopened,
    e.NoticeReissued: _reissued,
    e.ServiceFailed: _service_failed,
    e.AppealFiled: _appealed,
    e.AppealDecided: _appeal_decided,
    e.PointsReversed: _reversed,
    e.CalendarApplied: _rules_changed,
    e.PolicyApplied: _rules_changed,
    e.DueDateConfirmed: _due_date_confirmed,
    e.RevisitDrawn: _drawn,
    e.TypicalCaseMarked: _typical,
    e.RegisterNumberRecorded: _register_number,
    e.BureauReminded: _bureau_reminded,
}
