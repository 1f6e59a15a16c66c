"""How numbers of outside registers change a problem."""

from __future__ import annotations

from domain import events as e
from domain.folding.changes import ByEvent, Changes
from domain.problem import Problem


def _register_number(p: Problem, event: e.RegisterNumberRecorded, _: e.Recorded) -> Changes:
    numbers = dict(p.register_numbers) | {event.register: event.number}
    return {"register_numbers": tuple(sorted(numbers.items()))}


CHANGES: ByEvent = {
    e.RegisterNumberRecorded: _register_number,
}
