"""How long a lateness lasts, where a policy prices its days 按超期天数.

The first day late is the day after the date that was missed. A lateness lasts while the district
owes the answer it then owed: not while the bureau has it or owes a word about it, nor while the problem
is suspended 暂缓办理.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.local_time import midnight_ending
from domain.policy import DeductionRule
from domain.problem import Ground, Problem, Round
from domain.rules import Rules


@dataclass(frozen=True, slots=True)
class LateStep:
    """The day of a lateness at which a rule prices it next, and the instant that day begins."""

    ground: Ground
    days: int
    at: datetime


def counts(rule: DeductionRule, ground: Ground, problem: Problem) -> bool:
    """Say whether a rule counts a ground: the present district's, by this policy."""
    own = ground.district in problem.held_as and ground.seq > problem.policy_since
    return own and ground.fact in rule.facts


def next_steps(problem: Problem, owed: Round, rules: Rules) -> Iterator[LateStep]:
    """Give the next step of each lateness that still lasts."""
    for ground in problem.grounds:
        days = _next_days(problem, ground, rules)
        if days and _lasts(ground, owed):
            yield LateStep(ground, days, _beginning(problem, ground, days))


def _next_days(problem: Problem, ground: Ground, rules: Rules) -> int:
    """Give the first day a rule prices that was not reached yet, 0 when there is none."""
    ahead = (
        band.days
        for rule in rules.policy.deductions
        for band in rule.by_days_late
        if band.days > ground.lasted and counts(rule, ground, problem)
    )
    return min(ahead, default=0)


def _lasts(ground: Ground, owed: Round) -> bool:
    if ground.fallen_seq or ground.planned_at is None:
        return False
    return owed.opened_at < ground.planned_at


def _beginning(problem: Problem, ground: Ground, days: int) -> datetime:
    since = (one for one in problem.suspensions if one.on > ground.on)
    paused = sum(one.days for one in since)
    return midnight_ending(ground.on + timedelta(days=days - 1 + paused + ground.rested))
