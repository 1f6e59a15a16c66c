"""The reminders of a long list are not all sent in the same second; nothing else is moved by it."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

from domain.agenda import DutyKind, agenda
from domain.events import BureauReminded, Event, ReminderIssued
from domain.local_time import at_local
from domain.reminders import WIDEST_SPREAD, spread
from domain.rules import FAIR_POINTS, SPREAD_REMINDERS
from tests.worlds.life import Life, transferred

FIRST = at_local(date(2024, 7, 4), time(9))


def reminded(version: int) -> Life:
    """A life that knows of its problem and waits for its first reminder."""
    life = transferred(version=version)
    life.prove()
    return life


def test_a_thousand_lives_remind_one_after_another_within_two_minutes() -> None:
    drawn = [spread(f"CQ2024-{number:04}") for number in range(1, 1_001)]
    assert min(drawn) >= timedelta(0)
    assert max(drawn) < WIDEST_SPREAD
    assert max(Counter(drawn).values()) < 25
    assert spread("CQ2024-0001") == drawn[0]


def test_a_life_reminds_so_much_later_as_its_number_draws() -> None:
    life = reminded(SPREAD_REMINDERS)
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    assert (duty.kind, duty.at) == (DutyKind.REMINDER, FIRST + spread(life.problem.problem_no))


def test_lives_of_before_remind_at_the_opening_hour_itself() -> None:
    life = reminded(FAIR_POINTS)
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    assert (duty.kind, duty.at) == (DutyKind.REMINDER, FIRST)


def test_no_date_and_no_consequence_is_moved_by_it() -> None:
    before, since = (_silent(version) for version in (FAIR_POINTS, SPREAD_REMINDERS))
    assert [event for event, _ in before] == [event for event, _ in since]
    later = {at - earlier for (_, earlier), (_, at) in zip(before, since, strict=True)}
    assert later == {timedelta(0), spread("CQ2024-0001")}
    moved = [
        event for (event, earlier), (_, at) in zip(before, since, strict=True) if at != earlier
    ]
    assert moved
    assert all(_at_a_reminder(event) for event in moved)


def _at_a_reminder(event: Event) -> bool:
    """A reminder of district or bureau, or the yellow light it sets: not the date it reminds of."""
    again = isinstance(event, BureauReminded) and event.step > 1
    return (
        again or isinstance(event, ReminderIssued) or getattr(event, "fact", "") == "yellow_light"
    )


def _silent(version: int) -> list[tuple[Event, datetime]]:
    life = reminded(version)
    life.until(date(2024, 9, 30))
    return [(one.event, one.at) for one in life.history]
