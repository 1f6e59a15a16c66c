"""How sorting into the six batches 六个一批 changes a problem."""

from __future__ import annotations

from dataclasses import replace

from domain import events as e
from domain.folding.changes import ByEvent, Changes
from domain.problem import Problem


def _sorted(problem: Problem, event: e.ProblemSorted, __: e.Recorded) -> Changes:
    return {"facts": replace(problem.facts, six_batch=event.six_batch)}


CHANGES: ByEvent = {
    e.ProblemSorted: _sorted,
}
