"""Marking a problem as a typical case."""

from __future__ import annotations

from domain import events as e
from domain.commands import MarkTypicalCase
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.guard import demand_reason
from domain.refusals import WrongMoment


def mark_typical_case(draft: Draft, command: MarkTypicalCase) -> None:
    """Mark a typical case 典型案例, or take the mark off."""
    if command.typical == draft.problem.typical:
        raise WrongMoment("nothing_changes")
    demand_reason(command.reason)
    draft.add(e.TypicalCaseMarked(typical=command.typical, reason=command.reason))


DECISIONS: ByCommand = {
    MarkTypicalCase: mark_typical_case,
}
