"""In which order the bureau does what it owes: first what a district is hurt by, then what is due first."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum

from domain.bureau import BureauDue
from domain.events import BureauDuty
from domain.local_time import day_of, last_day_before
from domain.problem import Problem

WAITED_FOR = frozenset(
    {BureauDuty.EXTENSION, BureauDuty.OBJECTION, BureauDuty.NEW_DATE, BureauDuty.SUCCESSOR}
)
"""What a district waits for while its own date runs or stands still."""


class Urgency(IntEnum):
    """How soon something is to be done."""

    HURTS = 0
    LATE = 1
    TODAY = 2
    TOMORROW = 3
    LATER = 4

    @property
    def label(self) -> str:
        """The heading over what is to be done so soon."""
        return ("影响区县、须先办理", "已超期", "今日须办", "明日到期", "以后到期")[self]


def urgency(duty: BureauDuty, due_on: date | None, now: datetime) -> Urgency:
    """Say how soon a duty is to be done that is owed by `due_on`; later where nobody knows the day."""
    if duty in WAITED_FOR:
        return Urgency.HURTS
    if due_on is None:
        return Urgency.LATER
    left = (due_on - day_of(now)).days
    if left < 0:
        return Urgency.LATE
    return (Urgency.TODAY, Urgency.TOMORROW)[left] if left <= 1 else Urgency.LATER


def answer_by(problem: Problem, due: BureauDue) -> date:
    """Give the day by which the bureau has to act for the district's sake.

    A request that does not hold the round's date ends with it, whatever days the bureau has for an answer.
    """
    round_ = problem.open_round
    if due.duty is not BureauDuty.EXTENSION or round_ is None or round_.waits_for_bureau:
        return due.due_on
    return min(due.due_on, last_day_before(round_.due_at))


def is_on_its_way(problem: Problem, due: BureauDue, now: datetime) -> bool:
    """Say whether a notice has merely not arrived yet: nobody has anything to do about it so far.

    Before the day by which its service is to be proven, unless it came back or a consequence waits for it.
    """
    if due.due_on <= day_of(now):
        return False
    if due.duty is BureauDuty.POINTS_SERVICE:
        told = [one for one in problem.unreceived if str(one.seq) == due.ref]
        return not any(one.bounced_at for one in told)
    round_ = problem.open_round
    served = due.duty is BureauDuty.SERVICE and round_ is not None
    return served and round_ is not None and (round_.bounced_at or round_.held_at) is None
