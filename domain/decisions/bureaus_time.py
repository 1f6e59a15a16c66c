"""The bureau's time never counts against the district (本系统默认口径): its days are left out of every clock.

While the bureau owes a word, on whose problem it is, on a request asked in time, on another date for a
round whose lateness fell, the level and a lateness priced by its days stand still.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import events as e
from domain.decisions.consequences import level_days_used
from domain.decisions.draft import Draft
from domain.lateness import next_steps
from domain.local_time import day_of
from domain.problem import Problem
from domain.rules import FAIR_POINTS


def settle(draft: Draft) -> None:
    """Leave out what the bureau has taken so far for a word that it owes on the open round."""
    since = _owes_a_word_since(draft.problem)
    if since is not None:
        leave_out(draft, since)


def _owes_a_word_since(problem: Problem) -> datetime | None:
    owed, raised = problem.open_round, problem.objection
    if owed is None:
        return None
    asked = owed.asked if owed.waits_for_bureau else None
    instants = (
        raised.received_at if raised else None,
        asked.received_at if asked else None,
        owed.excused_at,
    )
    return min((one for one in instants if one is not None), default=None)


def leave_out(draft: Draft, since: datetime) -> None:
    """Leave the days from an instant until today out of the level's clock and of what lasts."""
    problem, owed = draft.problem, draft.problem.open_round
    if owed is None or problem.suspension is not None or not draft.rules.since(FAIR_POINTS):
        return
    first = max(day_of(since), problem.rested_on or day_of(since))
    counted = problem.level > 0 or any(next_steps(problem, owed, draft.rules))
    if counted and first < draft.today:
        used = level_days_used(problem, draft, since)
        draft.add(e.ClocksRested(since=first, on=draft.today, level_days_used=used))


def count_level_anew(draft: Draft) -> None:
    """Count the days at the present level from today: none of before belongs to what counts now."""
    draft.add(e.ClocksRested(since=draft.today, on=draft.today, level_days_used=0))


def just_before(at: datetime) -> datetime:
    """Give an instant of the day that ends at a midnight."""
    return at - timedelta(seconds=1)
