"""Requests without fault, to learn of the rules whether any may be made now."""

from __future__ import annotations

from datetime import date, timedelta

from api.district.sessions import ProblemVisit
from store.district.papers import ExtensionPaper, ObjectionPaper


def extension(visit: ProblemVisit, today: date) -> ExtensionPaper:
    """Ask for one day more."""
    return ExtensionPaper(
        problem_no=visit.link.problem_no,
        district=visit.link.district,
        round_no=visit.link.round_no,
        wanted_on=max(visit.round.due_on, today) + timedelta(days=1),
        reason="-",
        filled_by="",
        telephone="",
        files=(),
    )


def objection(visit: ProblemVisit) -> ObjectionPaper:
    """Object without naming another district."""
    return ObjectionPaper(
        problem_no=visit.link.problem_no,
        district=visit.link.district,
        round_no=visit.link.round_no,
        proper_district="",
        reason="-",
        filled_by="",
        telephone="",
        files=(),
    )
