"""The two lives that docs/life-of-a-problem.md tells, lived by the rules."""

from __future__ import annotations

from datetime import date, time

from domain import commands as c
from domain.local_time import at_local
from tests.worlds.life import Life


def ordinary_life() -> Life:
    """A general problem, answered in time, accepted, revisited, closed."""
    life = _transferred_on(date(2024, 6, 21))
    life.until(date(2024, 7, 5), time(16, 20))
    life.answer()
    life.until(date(2024, 7, 9))
    life.review(reason="")
    _revisit_as_planned(life, c.RevisitResult.IN_PLACE)
    life.until(date(2024, 7, 24))
    life.approve()
    life.until(date(2024, 7, 24))
    return life


def difficult_life() -> Life:
    """Silence over the National Day, a false report, a failed revisit, and closed in the end."""
    life = _transferred_on(date(2024, 9, 13), key_content="treatment_missing_or_idle")
    _told(life, date(2024, 9, 30), time(9, 1))
    life.until(date(2024, 10, 21))
    life.answer()
    life.until(date(2024, 10, 23))
    life.review(c.Verdict.FOUND_FALSE)
    life.prove()
    _told(life, date(2024, 10, 23), time(10, 1))
    life.until(date(2024, 11, 5))
    life.answer()
    life.until(date(2024, 11, 7))
    life.review(reason="")
    _revisit_as_planned(life, c.RevisitResult.NOT_IN_PLACE)
    _told(life, date(2024, 11, 21), time(10, 1))
    life.until(date(2024, 12, 4))
    life.answer()
    life.until(date(2024, 12, 6))
    life.review(reason="")
    _revisit_as_planned(life, c.RevisitResult.IN_PLACE)
    life.until(date(2024, 12, 23))
    life.approve()
    life.until(date(2025, 3, 1))
    return life


def _transferred_on(day: date, **facts: object) -> Life:
    life = Life(now=at_local(day, time(9)))
    life.register(**facts)
    life.transfer()
    life.prove()
    return life


def _told(life: Life, day: date, at: time) -> None:
    """The notice of the last deduction arrives, a minute after it left."""
    life.until(day, at)
    life.prove_told()


def _revisit_as_planned(life: Life, result: c.RevisitResult) -> None:
    planned = life.problem.revisit_on
    assert planned is not None
    life.until(planned)
    life.revisit(result)
    if result is c.RevisitResult.NOT_IN_PLACE:
        life.prove()
