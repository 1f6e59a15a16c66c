"""How being begun again changes a problem: not at all, for every date and duty stays what it was."""

from __future__ import annotations

from domain import events as e
from domain.folding.changes import ByEvent, Changes
from domain.problem import Problem


def _restored(_: Problem, __: e.LifeRestored, ___: e.Recorded) -> Changes:
    return {}


CHANGES: ByEvent = {e.LifeRestored: _restored}
