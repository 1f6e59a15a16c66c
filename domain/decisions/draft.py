"""A draft: the events a decision has come to so far, and the problem as they leave it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from domain.events import Event, Recorded
from domain.local_time import day_of
from domain.problem import Problem, fold
from domain.roles import Actor
from domain.rules import Rules


@dataclass(slots=True)
class Draft:
    """Collects events in order; every rule asks the problem as the earlier events left it."""

    start: Problem | None
    now: datetime
    by: Actor
    cause: str
    rules: Rules
    events: list[Recorded] = field(default_factory=list)
    _current: Problem | None = None

    def __post_init__(self) -> None:
        """Begin with the problem as it stands."""
        self._current = self.start

    @property
    def problem(self) -> Problem:
        """The problem as the draft leaves it; ValueError before its registration."""
        if self._current is None:
            raise ValueError("no problem has been registered in this draft")
        return self._current

    @property
    def today(self) -> date:
        """The day in Asia/Shanghai on which this is decided."""
        return day_of(self.now)

    def add(self, event: Event) -> None:
        """Record one more event and let the problem change by it."""
        seq = 1 if self._current is None else self._current.seq + 1
        recorded = Recorded(seq=seq, at=self.now, by=self.by, cause=self.cause, event=event)
        self._current = fold(recorded, self._current)
        self.events.append(recorded)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a decision came to: the events in order and the problem after them."""

    events: tuple[Recorded, ...]
    problem: Problem
