"""What the bureau does first, and what is no duty yet."""

from __future__ import annotations

from datetime import date, time

import pytest

from domain import commands as c
from domain.bureau import BureauDue, owed_by_bureau
from domain.events import BureauDuty
from domain.local_time import at_local
from domain.roles import SYSTEM
from domain.rules import BUREAU_LADDER
from domain.urgency import Urgency, answer_by, is_on_its_way, urgency
from tests.worlds.life import Life, transferred

NOW = at_local(date(2024, 7, 8), time(10))


def due(life: Life, duty: BureauDuty) -> BureauDue:
    """What the bureau owes on a life, of one kind."""
    return next(one for one in owed_by_bureau(life.problem, life.rules) if one.duty is duty)


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (date(2024, 7, 7), Urgency.LATE),
        (date(2024, 7, 8), Urgency.TODAY),
        (date(2024, 7, 9), Urgency.TOMORROW),
        (date(2024, 7, 10), Urgency.LATER),
        (None, Urgency.LATER),
    ],
)
def test_a_duty_is_as_urgent_as_its_day_is_near(day: date | None, level: Urgency) -> None:
    assert urgency(BureauDuty.REVIEW, day, NOW) is level
    assert level.label


def test_what_a_district_waits_for_comes_before_everything() -> None:
    far = date(2024, 7, 30)
    assert urgency(BureauDuty.EXTENSION, far, NOW) is Urgency.HURTS
    assert min(Urgency) is Urgency.HURTS


def test_a_request_that_ends_with_the_round_is_answered_by_then() -> None:
    life = transferred(version=BUREAU_LADDER)
    life.until(date(2024, 7, 9), time(9))
    life.ask_for_time()
    asked = due(life, BureauDuty.EXTENSION)
    round_ = life.problem.rounds[-1]
    assert asked.due_on > round_.due_on
    assert answer_by(life.problem, asked) == round_.due_on


def test_a_request_that_holds_has_the_bureaus_own_days() -> None:
    life = transferred()
    life.prove()
    life.until(date(2024, 7, 9), time(9))
    life.ask_for_time()
    asked = due(life, BureauDuty.EXTENSION)
    assert answer_by(life.problem, asked) == asked.due_on


def test_a_duty_of_another_kind_keeps_its_own_day() -> None:
    life = transferred()
    life.answer()
    review = due(life, BureauDuty.REVIEW)
    assert answer_by(life.problem, review) == review.due_on


def test_a_notice_is_on_its_way_until_its_proof_is_due_or_it_came_back() -> None:
    life = transferred()
    service = due(life, BureauDuty.SERVICE)
    last = at_local(service.due_on, time(9))
    assert is_on_its_way(life.problem, service, life.now)
    assert not is_on_its_way(life.problem, service, last)
    life.answer()
    review = due(life, BureauDuty.REVIEW)
    assert not is_on_its_way(life.problem, review, life.now)


def test_a_notice_that_came_back_is_not_on_its_way() -> None:
    life = transferred()
    failed = c.ReportBounce(
        round_no=1, notice_key="n", recipient="a@example.cn", reported_at=life.now, by=SYSTEM
    )
    life.do(failed)
    assert not is_on_its_way(life.problem, due(life, BureauDuty.SERVICE), life.now)


def test_a_notice_of_points_is_on_its_way_too() -> None:
    life = transferred()
    life.until(date(2024, 7, 10), time(9, 30))
    points = due(life, BureauDuty.POINTS_SERVICE)
    assert is_on_its_way(life.problem, points, life.now)
