"""Which reminder of a round is due when.

The ladder is the policy's: so many days before the due date, then every so many working days after
it. A rung that falls on a rest day moves to the preceding working morning; of two rungs on the same
morning only the higher is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from domain.local_time import at_local, day_of
from domain.policy import Policy, Position
from domain.problem import Round
from domain.rules import BUREAU_LADDER, SPREAD_REMINDERS, Rules
from domain.stages import Light
from domain.work_calendar import WorkCalendar

OVERDUE_RUNG = "overdue"
_MOVED = ".m"
WIDEST_SPREAD = timedelta(minutes=2)
"""Within which all lives have reminded; a working morning has room for it."""


@dataclass(frozen=True, slots=True)
class PlannedRung:
    """One reminder with its instant (a working morning, UTC) and who receives it."""

    rung: str
    at: datetime
    light: Light
    audience: tuple[Position, ...]


@lru_cache(maxsize=4096)
def rungs_before(
    opened_on: date, due_on: date, policy: Policy, calendar: WorkCalendar
) -> tuple[PlannedRung, ...]:
    """Give the rungs of a round before its due date, earliest first, after the day it opened."""
    by_morning: dict[date, PlannedRung] = {}
    ladder = sorted(policy.reminders.rungs, key=lambda rung: -rung.days_before)
    for rung in ladder:
        day = calendar.previous_workday(due_on - timedelta(days=rung.days_before))
        if day > opened_on:
            at = at_local(day, policy.reminders.opens_at)
            by_morning[day] = PlannedRung(rung.rung, at, rung.light, rung.audience)
    return tuple(by_morning[day] for day in sorted(by_morning))


def overdue_rung(due_on: date, number: int, rules: Rules) -> PlannedRung:
    """Give the `number`-th reminder after the due date, from 1."""
    ladder = rules.policy.reminders
    day = rules.calendar.add_working_days(due_on, number * ladder.overdue_every_working_days)
    at = at_local(day, ladder.opens_at)
    return PlannedRung(f"{OVERDUE_RUNG}-{number}", at, Light.RED, ladder.overdue_audience)


def next_rung(round_: Round, rules: Rules) -> PlannedRung | None:
    """Give the next reminder of an open round, or None when none is left before its due date.

    After the lateness was established the reminders go on until the round is answered; while its
    consequence is held for want of proof of service they rest, for they would reach nobody.
    """
    if round_.overdue_at is not None:
        number = 1 + sum(rung.startswith(f"{OVERDUE_RUNG}-") for rung in round_.rungs)
        return overdue_rung(round_.due_on, number, rules)
    return next((one for one in _ladder(round_, rules) if one.rung not in round_.rungs), None)


def _ladder(round_: Round, rules: Rules) -> tuple[PlannedRung, ...]:
    """The rungs before the due date; a date that moved has a ladder of its own: `d-3.m1`."""
    if not rules.since(BUREAU_LADDER) or not round_.moves:
        return rungs_before(day_of(round_.opened_at), round_.due_on, rules.policy, rules.calendar)
    plain = rungs_before(round_.ladder_from, round_.due_on, rules.policy, rules.calendar)
    return tuple(replace(one, rung=f"{one.rung}{_MOVED}{round_.moves}") for one in plain)


def later(problem_no: str, rules: Rules) -> timedelta:
    """Give how long after the opening hour a life reminds the district, or again its bureau.

    All reminders of a long list are planned for one hour; so they come one after another. No date
    and no consequence is ever moved by it.
    """
    return spread(problem_no) if rules.since(SPREAD_REMINDERS) else timedelta(0)


@lru_cache(maxsize=4096)
def spread(problem_no: str) -> timedelta:
    """Draw whole seconds below `WIDEST_SPREAD` from a number; anybody draws the same again."""
    drawn = int.from_bytes(sha256(problem_no.encode()).digest()[:8])
    return timedelta(seconds=drawn % int(WIDEST_SPREAD.total_seconds()))


def rung_of_policy(rung: str) -> str:
    """Give the policy's own name of a rung: `d-3` for `d-3.m1`."""
    return rung.partition(_MOVED)[0]


def is_overtaken(round_: Round, planned: PlannedRung, now: datetime, rules: Rules) -> bool:
    """Say whether a rung's turn has passed: a higher one, or the due instant, came first."""
    if round_.overdue_at is not None:
        number = int(planned.rung.removeprefix(f"{OVERDUE_RUNG}-"))
        return now >= overdue_rung(round_.due_on, number + 1, rules).at
    later = [other.at for other in _ladder(round_, rules) if other.at > planned.at]
    return now >= min([*later, round_.due_at])


def next_working_morning(at: datetime, rules: Rules) -> datetime:
    """Give `at` itself inside working hours, else the next opening of the bureau."""
    hours = rules.policy.reminders
    day = day_of(at)
    if rules.calendar.is_workday(day):
        if at < at_local(day, hours.opens_at):
            return at_local(day, hours.opens_at)
        if at < at_local(day, hours.closes_at):
            return at
    return at_local(rules.calendar.add_working_days(day, 1), hours.opens_at)
