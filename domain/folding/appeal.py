"""How an appeal changes a deduction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain import events as e
from domain.commands import ReverseDeduction
from domain.folding.changes import ByEvent, Changes
from domain.local_time import day_of
from domain.problem import Appeal, Problem, Proof, ProposedAct


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


def _received(p: Problem, event: e.PointsNoticeReceived, _: e.Recorded) -> Changes:
    proof = Proof(kind=event.kind, recipient=event.recipient, at=event.received_at)
    return _with_deduction(p, event.deduction, receipt=proof, bounced_at=None)


def _came_back(p: Problem, event: e.PointsNoticeFailed, _: e.Recorded) -> Changes:
    if event.withdraws:
        return _with_deduction(p, event.deduction, bounced_at=event.reported_at, receipt=None)
    return _with_deduction(p, event.deduction, bounced_at=event.reported_at)


def _with_deduction(p: Problem, seq: int, **changes: Any) -> Changes:
    rows = tuple(replace(d, **changes) if d.seq == seq else d for d in p.deductions)
    return {"deductions": rows}


CHANGES: ByEvent = {
    e.AppealFiled: _appealed,
    e.AppealDecided: _appeal_decided,
    e.PointsReversed: _reversed,
    e.PointsNoticeReceived: _received,
    e.PointsNoticeFailed: _came_back,
}
