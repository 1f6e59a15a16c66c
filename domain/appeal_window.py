"""Who may appeal a deduction 申诉, and until when.

先例: 《重庆市行政执法监督条例》第二十一条 (十个工作日内申诉，自收到处理决定之日起). Where the policy asks
for proof that its notice arrived, the window runs from that proof and stands open until then; else the
day on which the notice left is the first on which the district could know of it.
"""

from __future__ import annotations

from datetime import date, datetime

from domain.events import ReassignedWhy
from domain.local_time import day_of, midnight_ending
from domain.problem import Deduction, Problem
from domain.rules import Rules


def appellants(problem: Problem, deduction: Deduction) -> tuple[str, str]:
    """Give the district that lost the points, and whoever took its place: an ended unit cannot speak."""
    heir = deduction.district
    for move in problem.reassignments:
        if move.why is ReassignedWhy.SUCCESSOR and move.from_district == heir:
            heir = move.to_district
    return deduction.district, heir


def points_of(problem: Problem, unit: str) -> tuple[Deduction, ...]:
    """Give the deductions of a problem that are a district's to appeal, whoever has the problem now."""
    return tuple(one for one in problem.deductions if unit in appellants(problem, one))


def appeal_until(deduction: Deduction, rules: Rules) -> datetime | None:
    """Give the instant before which the appeal of a deduction must be received; None: no end yet."""
    if deduction.unreceived:
        return None
    known_on = deduction.told_on or deduction.on
    if deduction.receipt is not None:
        known_on = max(known_on, day_of(deduction.receipt.at))
    return _window_from(known_on, deduction, rules)


def days_to_appeal(deduction: Deduction, rules: Rules) -> int:
    """Give the working days within which a deduction may be appealed: those of its own policy."""
    return deduction.appeal_days or rules.policy.clocks.appeal_working_days


def last_window(problem: Problem, rules: Rules) -> datetime | None:
    """Give the instant at which the last appeal window of a problem ends; None without deductions.

    Of a notice that nobody knows to have arrived, that is when it would end had it come at once.
    """
    ends = [
        appeal_until(one, rules) or _window_from(one.told_on or one.on, one, rules)
        for one in problem.deductions
    ]
    return max(ends, default=None)


def _window_from(known_on: date, deduction: Deduction, rules: Rules) -> datetime:
    return midnight_ending(rules.working_days_after(known_on, days_to_appeal(deduction, rules)))
