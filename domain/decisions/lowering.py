"""The level that the grounds still standing lead to, when another or its proof fell away.

A level is given with the listing or by a fact at once, and rises by the working days that the district
owed the step since the first ground that stands. Days of a round that nobody can show it was told of are
none (本系统默认口径).
"""

from __future__ import annotations

from datetime import date, timedelta

from domain import events as e
from domain.decisions.draft import Draft
from domain.local_time import day_of
from domain.policy import Policy
from domain.problem import Ground, ListEntry, Problem, Round, Suspension
from domain.work_calendar import WorkCalendar


def lower_level(draft: Draft, why: e.FellWhy) -> None:
    """Lower the level to what still has a ground; never where a reason stands from before FAIR_POINTS."""
    entry = draft.problem.entry
    grounds = [] if entry is None else _standing(draft.problem, entry)
    if entry is None or {one.fact for one in grounds} != set(entry.reasons):
        return
    level, days = _justified(draft, grounds)
    rule = draft.rules.policy.level_rule(level)
    if level < draft.problem.level and rule is not None:
        draft.add(
            e.LevelLowered(
                level=level, title=rule.title, on=draft.today, why=why, level_days_used=days
            )
        )


def _standing(problem: Problem, entry: ListEntry) -> list[Ground]:
    return [
        one
        for one in problem.grounds
        if entry.since
        and one.seq >= entry.since
        and one.fact in entry.reasons
        and not one.fallen_seq
    ]


def _justified(draft: Draft, grounds: list[Ground]) -> tuple[int, int]:
    """Give the level that some grounds lead to by now, and the working days left over at it."""
    policy = draft.rules.policy
    level = max(policy.level_at(one.fact) or 1 for one in grounds)
    days = _owed_days(
        draft, min(day_of(one.planned_at) if one.planned_at else one.on for one in grounds)
    )
    while (needed := _days_to_next(policy, level)) is not None and needed <= days:
        level, days = level + 1, days - needed
    return level, days


def _days_to_next(policy: Policy, level: int) -> int | None:
    rule = policy.level_rule(level + 1)
    return None if rule is None else rule.after_working_days


def _owed_days(draft: Draft, since: date) -> int:
    """Count the working days after a day in which the district, proven told, owed the step."""
    return sum(
        _days_of(one, draft.problem, since, draft.today, draft.rules.calendar)
        for one in draft.problem.rounds
        if not one.unproven
    )


def _days_of(
    round_: Round, problem: Problem, since: date, today: date, calendar: WorkCalendar
) -> int:
    first = max(since, day_of(round_.opened_at))
    answered_on = day_of(round_.answered_at) if round_.answered_at else today
    last = answered_on - timedelta(days=1)
    paused = sum(_paused(one, first, last, calendar) for one in problem.suspensions)
    return _between(first, last, calendar) - paused


def _paused(pause: Suspension, first: date, last: date, calendar: WorkCalendar) -> int:
    return _between(max(pause.on, first), min(pause.resumed_on or last, last), calendar)


def _between(first: date, last: date, calendar: WorkCalendar) -> int:
    return calendar.working_days_between(first, last) if first < last else 0
