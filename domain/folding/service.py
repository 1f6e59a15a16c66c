"""How proof of service, or its loss, changes a problem."""

from __future__ import annotations

from domain import events as e
from domain.folding.changes import ByEvent, Changes, with_round
from domain.problem import Problem, Proof


def _served(p: Problem, event: e.ServiceRecorded, _: e.Recorded) -> Changes:
    return with_round(p, event.round_no, served_on=event.served_on, held_at=None, bounced_at=None)


def _proven(p: Problem, event: e.ServiceProven, _: e.Recorded) -> Changes:
    proof = Proof(kind=event.kind, recipient=event.recipient, at=event.proven_at)
    return with_round(p, event.round_no, proof=proof, held_at=None, bounced_at=None)


def _reissued(p: Problem, event: e.NoticeReissued, recorded: e.Recorded) -> Changes:
    awaits = p.rounds[event.round_no - 1].unproven
    return with_round(
        p,
        event.round_no,
        reissues=event.number,
        held_at=None,
        bounced_at=None,
        reissued_at=recorded.at if awaits else None,
    )


def _service_failed(p: Problem, event: e.ServiceFailed, _: e.Recorded) -> Changes:
    if event.withdraws:
        return with_round(p, event.round_no, bounced_at=event.reported_at, proof=None)
    return with_round(p, event.round_no, bounced_at=event.reported_at)


CHANGES: ByEvent = {
    e.ServiceProven: _proven,
    e.ServiceRecorded: _served,
    e.NoticeReissued: _reissued,
    e.ServiceFailed: _service_failed,
}
