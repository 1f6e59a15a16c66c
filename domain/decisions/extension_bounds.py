"""How late more time may be asked for, and until which day it may be granted.

先例: 《信访工作条例》第三十四条 (延长期限不得超过30日); 安徽 2021 (期限届满前1个月申请).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.decisions.rounds import transfer_date_running
from domain.local_time import day_of, midnight_ending
from domain.problem import Problem, Round
from domain.rules import FAIR_POINTS, Rules


def nearest_date(problem: Problem, round_: Round, rules: Rules) -> date:
    """Give the date that more time may be asked for: the round's, or the transfer's own before it."""
    running = transfer_date_running(problem) if rules.since(FAIR_POINTS) else None
    return round_.due_on if running is None else min(running, round_.due_on)


def waits_for_service(round_: Round, asked_at: datetime) -> bool:
    """Say whether the day on the paper passed while no service is proven: until proof nothing is over."""
    return round_.unproven and asked_at >= round_.due_at


def asked_until(problem: Problem, round_: Round, rules: Rules) -> datetime:
    """Give the instant before which more time must be asked for."""
    lead = rules.policy.limits.extension_lead_days
    if not lead:
        return round_.due_at
    last_day = nearest_date(problem, round_, rules) - timedelta(days=lead)
    return min(round_.due_at, midnight_ending(last_day))


def extended_from(problem: Problem, round_: Round, until: date, rules: Rules) -> date:
    """Give the date that would give way to `until`."""
    if until > round_.due_on:
        return round_.due_on
    return nearest_date(problem, round_, rules)


def latest_date(problem: Problem, round_: Round, until: date, at: datetime, rules: Rules) -> date:
    """Give the last day to which an extension may lead that is asked for or granted at `at`.

    Its days are added to the date that gives way; to the present day, where that passed unproven.
    """
    from_ = extended_from(problem, round_, until, rules)
    if waits_for_service(round_, at):
        from_ = max(from_, day_of(at))
    return from_ + timedelta(days=days_left(problem, rules))


def days_left(problem: Problem, rules: Rules) -> int:
    """Give the days that one more extension may add."""
    limits = rules.policy.limits
    if not limits.extension_total_days:
        return limits.extension_max_days
    left = limits.extension_total_days - problem.extended_days
    return max(0, min(limits.extension_max_days, left))
