"""The parts a district can play, the people of the script, and what an act is.

Day n is 10:00, n calendar days after the transfer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.commands import Command
from domain.local_time import at_local
from domain.problem import Problem
from domain.roles import Actor, Role

OFFICER = Actor("simulated-officer", Role.OFFICER)
OTHER_OFFICER = Actor("simulated-other-officer", Role.OFFICER)
SUPERVISOR = Actor("simulated-supervisor", Role.SUPERVISOR)

TEN = time(10)
ELEVEN = time(11)


class Behaviour(StrEnum):
    """How the life of one problem goes (column 演练 of a list)."""

    ON_TIME = "on_time"
    IN_PROGRESS = "in_progress"
    BROKEN_PROMISE = "broken_promise"
    LATE_FEEDBACK = "late_feedback"
    SILENT = "silent"
    FALSE_REPORT = "false_report"
    NOT_IN_PLACE = "not_in_place"
    RETURNED_ONCE = "returned_once"
    EXTENSION = "extension"
    WRONG_DISTRICT = "wrong_district"
    SUSPENDED = "suspended"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_REFUSED = "appeal_refused"
    BOUNCED = "bounced"
    PAPER_ANSWER = "paper_answer"
    REBOUND = "rebound"


STRAIGHT = tuple(Behaviour)[: tuple(Behaviour).index(Behaviour.EXTENSION)]
"""The lives that go straight; a row without a part draws one of these."""

APPEALING = frozenset({Behaviour.APPEAL_UPHELD, Behaviour.APPEAL_REFUSED})


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a person: not before `at`; the command is made when the instant has come."""

    at: datetime
    command: Callable[[datetime], Command]


def on_day(problem: Problem, number: int, at: time = TEN) -> datetime:
    """Give the instant of day `number` of a transferred problem."""
    return at_local(transferred_on(problem) + timedelta(days=number), at)


def transferred_on(problem: Problem) -> date:
    """Give the day of the transfer; ValueError before it."""
    if problem.transferred_on is None:
        raise ValueError(f"{problem.problem_no} has not been transferred")
    return problem.transferred_on
