"""What a simulation answers: one line per problem, the scoreboard, and how long it took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.local_time import day_of
from domain.problem import Problem, Round
from simulation.script import Casting


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One life as it was lived."""

    casting: Casting
    problem: Problem


def as_content(
    lives: Iterable[Lived], scores: dict[str, Decimal], until: date | None
) -> dict[str, Any]:
    """Give the answer's plain JSON content, without its timing; absent values are None."""
    ordered = sorted(lives, key=lambda lived: lived.casting.row)
    return {
        "problems": [_line(lived) for lived in ordered],
        "scores": [
            {"district": district, "points": float(points)}
            for district, points in sorted(scores.items())
        ],
        "days_lived": sum(_days(lived, until) for lived in ordered),
    }


def scores_of(lives: Iterable[Lived]) -> dict[str, Decimal]:
    """Add up each district's deductions from the lives themselves, less what was taken back."""
    scores: dict[str, Decimal] = {}
    for lived in lives:
        for one in lived.problem.deductions:
            scores[one.district] = scores.get(one.district, Decimal(0)) + one.left
    return scores


def _line(lived: Lived) -> dict[str, Any]:
    problem = lived.problem
    first = _first_round(problem)
    entry = problem.entries[0] if problem.entries else None
    last_entry = problem.entries[-1] if problem.entries else None
    received = next(
        (s.received_at for s in problem.submissions if s.round_no == first.round_no), None
    )
    return {
        "problem_no": problem.problem_no,
        "row": lived.casting.row,
        "district": problem.district,
        "behaviour": lived.casting.behaviour.value,
        "stage": problem.stage.value,
        "level": problem.level,
        "highest_level": problem.highest_level,
        "transferred_on": _iso(problem.transferred_on),
        "feedback_due_on": _iso(first.due_on),
        "feedback_received_on": _iso(day_of(received) if received else None),
        "listed_on": _iso(entry.listed_on if entry else None),
        "list_reason": entry.first_reason.value if entry else None,
        "delisted_on": _iso(last_entry.taken_off_on if last_entry else None),
        "closed_on": _iso(problem.closed_on),
        "points": float(problem.points),
        "reminders_sent": problem.reminders_sent,
    }


def _first_round(problem: Problem) -> Round:
    """Give the first round of the district that has the problem: reassigned, it begins anew."""
    return next(one for one in problem.rounds if one.district == problem.district)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _days(lived: Lived, until: date | None) -> int:
    """Count the days a problem was followed: from its transfer to its closure, or to `until`."""
    problem = lived.problem
    begun = problem.transferred_on
    ended = problem.closed_on or until
    return (ended - begun).days if begun and ended else 0
