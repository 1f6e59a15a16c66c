"""How new rules change a problem: they do not."""

from __future__ import annotations

from domain import events as e
from domain.folding.changes import ByEvent, Changes
from domain.problem import Problem


def _rules_changed(_: Problem, __: object, ___: e.Recorded) -> Changes:
    """The problem stays as it is; the decision carries the new rules on."""
    return {}


CHANGES: ByEvent = {
    e.CalendarApplied: _rules_changed,
    e.PolicyApplied: _rules_changed,
}
