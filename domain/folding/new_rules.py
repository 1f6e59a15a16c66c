"""How new rules change a problem: by what they count."""

from __future__ import annotations

from domain import events as e
from domain.folding.changes import ByEvent, Changes
from domain.problem import Problem


def _rules_changed(_: Problem, __: object, ___: e.Recorded) -> Changes:
    """The problem stays as it is; the decision carries the new rules on."""
    return {}


def _policy_applied(_: Problem, event: e.PolicyApplied, recorded: e.Recorded) -> Changes:
    return {"policy_since": recorded.seq} if event.counts_anew else {}


CHANGES: ByEvent = {
    e.CalendarApplied: _rules_changed,
    e.PolicyApplied: _policy_applied,
}
