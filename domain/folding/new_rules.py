"""How new rules change a problem: by what they count."""

from __future__ import annotations

from dataclasses import replace

from domain import events as e
from domain.folding.changes import ByEvent, Changes, with_round
from domain.problem import Deduction, Problem


def _rules_changed(_: Problem, __: object, ___: e.Recorded) -> Changes:
    """The problem stays as it is; the decision carries the new rules on."""
    return {}


def _policy_applied(p: Problem, event: e.PolicyApplied, recorded: e.Recorded) -> Changes:
    changes: Changes = {"policy_since": recorded.seq} if event.counts_anew else {}
    if event.appeal_days:
        changes |= {
            "deductions": tuple(_with_days_told(d, event.appeal_days) for d in p.deductions)
        }
    if not event.awaits_proof and not event.holds_request:
        return changes
    round_ = p.rounds[-1]
    asked = round_.asked
    if asked is not None and event.holds_request:
        asked = replace(asked, holds=True)
    return changes | with_round(
        p,
        round_.round_no,
        needs_proof=round_.needs_proof or event.awaits_proof,
        asked=asked,
        was_held=round_.was_held or event.holds_request,
        reissued_at=recorded.at if event.awaits_proof else round_.reissued_at,
    )


def _with_days_told(deduction: Deduction, days: int) -> Deduction:
    return replace(deduction, appeal_days=deduction.appeal_days or days)


CHANGES: ByEvent = {
    e.CalendarApplied: _rules_changed,
    e.PolicyApplied: _policy_applied,
}
