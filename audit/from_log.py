"""What the event log alone tells of a life begun again, decided once more as far as that can be done.

What a person asked left no command there, so that only its events are known: they follow each other, and
the notices follow from them. What fell due by itself is decided anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from audit.compare import Notes, first_difference
from audit.derive import Differs
from domain.decisions.draft import Decision
from domain.events import CalendarApplied, PolicyApplied, Recorded
from domain.fold import fold
from domain.life import CarriedOver, Life, Step
from domain.policy import Policy, has_content_hash
from domain.problem import Problem
from domain.rules import Rules
from domain.work_calendar import WorkCalendar, years_hash

_DUTY = "duty:"


class RulesUnknown(Differs):
    """By which rules something was decided that the log alone tells of cannot be known any more."""


def steps_of(
    before: Problem | None, known: Rules | None, log: Sequence[Recorded], at_last: Rules
) -> tuple[Step, ...]:
    """Give the decisions that events of the log were, oldest first.

    `before` and `known` are the problem and its rules as the history left them, None without one;
    `at_last` are the rules after the last event. Raises `Differs` where an event does not follow, where
    what fell due is not what the rules make of it; `RulesUnknown` where nobody can say.
    """
    return tuple(_steps(before, _Books.first(known, log, at_last), log, at_last))


@dataclass(frozen=True, slots=True)
class _Books:
    """What judged the life at a moment, as far as that is known."""

    policy: Policy | None
    calendar: WorkCalendar | None
    version: int

    @classmethod
    def first(cls, known: Rules | None, log: Sequence[Recorded], at_last: Rules) -> _Books:
        """Say what judged before the first event: what was never changed, is what it was at last."""
        if known is not None:
            return cls(known.policy, known.calendar, known.version)
        kinds = {type(one.event) for one in log}
        return cls(
            policy=None if PolicyApplied in kinds else at_last.policy,
            calendar=None if CalendarApplied in kinds else at_last.calendar,
            version=at_last.version,
        )

    def after(self, event: object, at_last: Rules) -> _Books:
        """Say what judges from an event on; by its hash one of the two that are known."""
        if isinstance(event, PolicyApplied):
            named = (one for one in (at_last.policy, self.policy) if _is_policy(one, event))
            version = event.rules_version or self.version
            return replace(self, policy=next(named, None), version=version)
        if isinstance(event, CalendarApplied):
            days = (one for one in (at_last.calendar, self.calendar) if _is_calendar(one, event))
            return replace(self, calendar=next(days, None))
        return self

    def rules(self, seq: int) -> Rules:
        """Give them; raises `RulesUnknown`."""
        if self.policy is None or self.calendar is None:
            raise RulesUnknown(f"第 {seq} 号事件取自事件记录，当时所用的口径或放假安排无从得知")
        return Rules(self.policy, self.calendar, self.version)


def _is_policy(one: Policy | None, event: PolicyApplied) -> bool:
    return one is not None and has_content_hash(one, event.content_hash)


def _is_calendar(one: WorkCalendar | None, event: CalendarApplied) -> bool:
    return one is not None and years_hash(one.years) == event.content_hash


def _steps(
    problem: Problem | None, books: _Books, log: Sequence[Recorded], at_last: Rules
) -> Iterator[Step]:
    for cause, group in groupby(log, key=lambda recorded: recorded.cause):
        events = tuple(group)
        if problem is not None and cause.startswith(_DUTY):
            _demand_met(problem, books.rules(events[0].seq), events)
        for recorded in events:
            books = books.after(recorded.event, at_last)
        problem = _folded(problem, events)
        yield Step(decision=Decision(events, problem, books.rules(events[-1].seq)))


def _folded(problem: Problem | None, events: Sequence[Recorded]) -> Problem:
    try:
        for recorded in events:
            problem = fold(recorded, problem)
    except ValueError as error:
        raise Differs(f"取自事件记录的事项不连续：{error}") from error
    if problem is None:
        raise Differs("取自事件记录的事项中没有登记")
    return problem


def _demand_met(problem: Problem, rules: Rules, events: tuple[Recorded, ...]) -> None:
    """Demand that what fell due follows from the rules, whether the round's notice was served or not."""
    life = Life(rules, CarriedOver(problem=problem, handled=()))
    duty, first = life.duty, events[0]
    if duty is None or duty.cause != first.cause or first.at < duty.at:
        expected = "无" if duty is None else f"{duty.cause}，{duty.at.isoformat()}"
        raise Differs(f"第 {first.seq} 号事件：到期事项为 {first.cause}，按规则应为 {expected}")
    met = [life.meet(duty, served=served, now=first.at) for served in (True, False)]
    found = [first_difference(events, one.decision.events, notes=Notes()) for one in met]
    if all(difference is not None for difference in found):
        raise Differs(f"第 {first.seq} 号事件取自事件记录：{found[0]}")
