"""How the transfer changes a problem."""

from __future__ import annotations

from domain import events as e
from domain.folding.changes import ByEvent, Changes
from domain.problem import Problem


def _transferred(_: Problem, event: e.ProblemTransferred, __: e.Recorded) -> Changes:
    return {
        "transferred_on": event.on,
        "document_no": event.document_no,
        "rectification_due_on": event.rectification_due_on,
    }


def _brought_in(_: Problem, event: e.ProblemBroughtIn, recorded: e.Recorded) -> Changes:
    return {"brought_in": event.existing, "brought_in_at": recorded.at}


CHANGES: ByEvent = {
    e.ProblemBroughtIn: _brought_in,
    e.ProblemTransferred: _transferred,
}
