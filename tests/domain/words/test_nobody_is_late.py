"""A date that passed while nobody is late with it is never called late: not to the district, not to the officer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest

from domain.words.dates import standing
from domain.words.life import explain_problem
from tests.worlds.life import Life, transferred

DUE = date(2024, 7, 9)
AFTER = date(2024, 7, 12)


def unproven() -> Life:
    """A life of which nobody can show that the district was told."""
    life = transferred()
    life.served = False
    return life


def proven() -> Life:
    """A life whose district was told at once."""
    life = transferred()
    life.prove()
    return life


def asking() -> Life:
    """A life whose district asked for more time on the last day."""
    life = proven()
    life.until(DUE, time(16))
    life.ask_for_time()
    return life


def objecting() -> Life:
    """A life whose district says that the problem is another's."""
    life = proven()
    life.object()
    return life


def overturned() -> Life:
    """A life whose lateness was appealed with success."""
    life = proven()
    life.until(date(2024, 7, 10))
    life.answer_appeal(life.appeal(), uphold=True)
    life.agree()
    return life


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (unproven, "送达尚未证实，不认定逾期"),
        (asking, "待市级答复，暂不认定逾期"),
        (objecting, "待市级答复，暂不认定逾期"),
        (overturned, "不认定逾期，待市级重新确定时限"),
    ],
)
def test_it_is_said_why_nobody_is_late(make: Callable[[], Life], said: str) -> None:
    life = make()
    life.until(AFTER)
    stands = standing(life.problem, life.problem.rounds[0], life.now, life.rules)
    assert (stands.tone, stands.left) == ("blue", said)


def test_whoever_asked_for_nothing_is_late() -> None:
    life = proven()
    life.until(AFTER)
    round_ = life.problem.rounds[0]
    assert standing(life.problem, round_, life.now, life.rules).left == "已逾期3日"
    life.answer()
    assert standing(life.problem, life.problem.rounds[0], life.now, life.rules).tone == "red"
    assert life.problem.answered_late(life.problem.rounds[0])


def test_an_answer_is_called_late_as_it_was_recorded() -> None:
    life = asking()
    life.until(AFTER)
    life.answer()
    assert not life.problem.answered_late(life.problem.rounds[0])
    assert "按时答复" in explain_problem(life.problem, life.rules)[1]
