"""A draft: the events a decision has come to so far, and the problem as they leave it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from domain.commands import Act, act_hash
from domain.events import ActProposed, Event, Recorded
from domain.fold import fold
from domain.local_time import day_of
from domain.problem import Problem
from domain.refusals import WrongMoment
from domain.roles import Actor
from domain.rules import Rules


@dataclass(slots=True)
class Draft:
    """Collects events in order; every rule asks the problem as the earlier events left it.

    `proposed_by` is the first of two persons while what he proposed is carried out.
    """

    start: Problem | None
    now: datetime
    by: Actor
    cause: str
    rules: Rules
    proposed_by: Actor | None = None
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

    def add(self, event: Event, by: Actor | None = None) -> None:
        """Record one more event, by whoever decides unless said, and let the problem change."""
        seq = 1 if self._current is None else self._current.seq + 1
        recorded = Recorded(seq=seq, at=self.now, by=by or self.by, cause=self.cause, event=event)
        self._current = fold(recorded, self._current)
        self.events.append(recorded)

    def propose(self, act: Act, reason: str, by: Actor | None = None, caused_by: str = "") -> None:
        """Record that an act awaits its second person; the same one is never proposed twice.

        `caused_by` is whoever caused alone what the system proposes: the other person is not them.
        """
        for one in self.problem.proposed:
            if one.act == act or (one.act.tag == act.tag and act.tag in _ONE_AT_A_TIME):
                raise WrongMoment("already_proposed", proposal=str(one.seq))
        problem = self.problem
        content_hash = act_hash(problem.problem_no, problem.seq, act, reason)
        proposed = ActProposed(
            act=act, reason=reason, content_hash=content_hash, caused_by=caused_by
        )
        self.add(proposed, by)

    @property
    def decision(self) -> Decision:
        """What the draft came to."""
        return Decision(tuple(self.events), self.problem, self.rules)


_ONE_AT_A_TIME = frozenset(
    {
        "extend_round",
        "move_due_date",
        "suspend_problem",
        "reopen_problem",
        "move_listed",
        "withdraw_listed",
    }
)


ByCommand = dict[type, Callable[[Draft, Any], None]]
"""What decides each kind of command; one table a topic."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a decision came to: its events in order, the problem and the rules after them."""

    events: tuple[Recorded, ...]
    problem: Problem
    rules: Rules
