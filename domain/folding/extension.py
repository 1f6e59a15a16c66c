"""How a request for more time, and its answer, change a problem."""

from __future__ import annotations

from domain import events as e
from domain.commands import ExtendRound
from domain.folding.changes import ByEvent, Changes, lapsed, with_round
from domain.problem import ExtensionAsk, Problem


def _extension_requested(p: Problem, event: e.ExtensionRequested, _: e.Recorded) -> Changes:
    asked = ExtensionAsk(
        receipt_id=event.receipt_id,
        received_at=event.received_at,
        wanted_on=event.wanted_on,
        reason=event.reason,
        holds=event.holds,
    )
    was_held = p.rounds[event.round_no - 1].was_held or event.holds
    return with_round(p, event.round_no, asked=asked, was_held=was_held)


def _extension_decided(p: Problem, event: e.ExtensionDecided, _: e.Recorded) -> Changes:
    granted = p.rounds[event.round_no - 1].extensions + event.granted
    changes = with_round(p, event.round_no, asked=None, extensions=granted)
    days = p.extended_days + event.days
    return changes | {"proposed": lapsed(p, ExtendRound), "extended_days": days}


CHANGES: ByEvent = {
    e.ExtensionRequested: _extension_requested,
    e.ExtensionDecided: _extension_decided,
}
