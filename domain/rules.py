"""The three inputs every rule needs beside the problem: policy, calendar and the rules' version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from domain.policy import Policy
from domain.work_calendar import WorkCalendar

RULES_VERSION = 4
"""The newest version of the rules; a life keeps the one it started with (workflows/versions.py)."""

BUREAU_LADDER = 2
"""From this version on the bureau's own duties have their ladder, requests among them, and the
reminders of a round begin anew when its date has moved."""

FAIR_POINTS = 3
"""From this version on a district answers for what it could know and had the time for: nothing
falls due against it without proof, nothing for the bureau's own time, and what loses its ground
falls whole."""

SPREAD_REMINDERS = 4
"""From this version on not all lives remind in the same second of the morning (reminders.spread)."""

PLAUSIBLE_PROOF = 4
"""From this version on a proof of service from before its round, or from a day to come, is refused."""

YEARS_RECORDED = 3
"""How many years after its own a life's calendar reaches."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a life is judged by; recorded at its start."""

    policy: Policy
    calendar: WorkCalendar
    version: int = RULES_VERSION

    def since(self, version: int) -> bool:
        """Say whether this life is judged by what came with a version of the rules."""
        return self.version >= version

    def recorded(self, transferred_on: date | None) -> Rules:
        """Give these rules as a life records them: with the calendar of its own years only."""
        first = (transferred_on or self.policy.valid_from).year
        years = self.calendar.for_years(first, first + YEARS_RECORDED)
        return replace(self, calendar=years)

    def working_days_after(self, day: date, count: int) -> date:
        """Give the `count`-th working day after `day`; `day` itself when `count` is 0."""
        return self.calendar.add_working_days(day, count) if count else day


@lru_cache(maxsize=64)
def shared(rules: Rules) -> Rules:
    """Give the one value that all lives judged by these rules share.

    Every life reads its policy and calendar from its own record; asked for them by another but
    equal value, the tables cached beside them would be compared field by field each time.
    """
    return rules
