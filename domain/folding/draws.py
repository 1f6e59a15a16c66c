"""How the random draw changes a problem."""

from __future__ import annotations

from domain import events as e
from domain.folding.changes import ByEvent, Changes
from domain.problem import Problem


def _drawn(_: Problem, event: e.RevisitDrawn, __: e.Recorded) -> Changes:
    return {"draw_id": event.draw_id, "excused": not event.drawn}


CHANGES: ByEvent = {
    e.RevisitDrawn: _drawn,
}
