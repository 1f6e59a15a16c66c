"""How the mark of a typical case changes a problem."""

from __future__ import annotations

from domain import events as e
from domain.folding.changes import ByEvent, Changes
from domain.problem import Problem


def _typical(_: Problem, event: e.TypicalCaseMarked, __: e.Recorded) -> Changes:
    return {"typical": event.typical}


CHANGES: ByEvent = {
    e.TypicalCaseMarked: _typical,
}
