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


CHANGES: ByEvent = {
    e.ProblemTransferred: _transferred,
}
