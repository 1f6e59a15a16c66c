"""More time: how early it must be asked for, and how much of it there is in all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from domain.decisions.extension_bounds import asked_until, days_left
from domain.local_time import midnight_ending
from domain.policy import ExceptionRules
from domain.refusals import WrongContent, WrongMoment
from tests.worlds.life import MONDAY, Life, default_rules

DUE = date(2024, 7, 9)


def under(**numbers: int) -> Life:
    """A transferred life by a policy with these numbers of its own."""
    rules = default_rules()
    limits = replace(ExceptionRules(), extensions_by_officer=9, extensions_max=9, **numbers)
    life = Life(rules=replace(rules, policy=replace(rules.policy, exceptions=limits)))
    life.register()
    life.transfer()
    life.prove()
    return life


def granted(life: Life, days: int) -> None:
    life.answer_request(life.ask_for_time(days), grant=True)


def test_without_bounds_of_its_own_a_policy_asks_before_the_due_instant() -> None:
    life = under()
    assert asked_until(life.problem, life.problem.rounds[-1], life.rules) == midnight_ending(DUE)
    assert days_left(life.problem, life.rules) == 30


def test_what_is_asked_on_the_last_day_for_asking_is_in_time() -> None:
    life = under(extension_lead_days=5)
    life.until(DUE - timedelta(days=5), time(23, 59))
    assert life.ask_for_time(3)


def test_what_is_asked_later_is_refused_with_that_day() -> None:
    life = under(extension_lead_days=5)
    life.until(DUE - timedelta(days=4), time(0))
    with pytest.raises(WrongMoment) as refused:
        life.ask_for_time(3)
    assert refused.value.code == "extension_asked_late"
    assert "2024年7月4日" in str(refused.value)
    assert "5日之前" in str(refused.value)


def test_the_lead_counts_from_the_transfers_own_date_where_that_is_nearer() -> None:
    life = under(extension_lead_days=5)
    other = Life(rules=life.rules)
    other.register()
    other.transfer(rectify_by=MONDAY + timedelta(days=7))
    round_ = other.problem.rounds[-1]
    wanted = midnight_ending(MONDAY + timedelta(days=2))
    assert asked_until(other.problem, round_, other.rules) == wanted


def test_all_extensions_together_add_no_more_than_the_policys_days() -> None:
    life = under(extension_total_days=30)
    granted(life, 20)
    assert life.problem.extended_days == 20
    assert days_left(life.problem, life.rules) == 10
    with pytest.raises(WrongContent) as refused:
        life.ask_for_time(11)
    assert refused.value.code == "extension_too_long"
    granted(life, 10)
    with pytest.raises(WrongMoment) as used_up:
        life.ask_for_time(1)
    assert used_up.value.code == "extension_days_used_up"
    assert "30日" in str(used_up.value)


@pytest.mark.parametrize(
    ("asked_on", "wanted_on", "code"),
    [
        (date(2024, 7, 9), date(2024, 7, 19), ""),
        (date(2024, 7, 10), date(2024, 7, 19), ""),
        (date(2024, 7, 10), date(2024, 7, 10), ""),
        (date(2024, 7, 20), date(2024, 8, 19), ""),
        (date(2024, 7, 20), date(2024, 8, 20), "extension_too_long"),
        (date(2024, 7, 20), date(2024, 7, 19), "extension_in_past"),
        (date(2024, 7, 20), date(2024, 7, 9), "extension_not_later"),
    ],
)
def test_until_service_is_proven_nothing_is_over(
    asked_on: date, wanted_on: date, code: str
) -> None:
    life = Life()
    life.register()
    life.transfer()
    life.served = False
    assert life.problem.rounds[-1].due_on == DUE
    life.until(asked_on)
    days = (wanted_on - DUE).days
    if not code:
        granted(life, days)
        assert life.problem.rounds[-1].due_on == wanted_on
        life.prove()
        assert life.problem.rounds[-1].due_on >= wanted_on
        return
    with pytest.raises(WrongContent) as refused:
        life.ask_for_time(days)
    assert refused.value.code == code


def test_once_it_is_proven_the_new_day_decides() -> None:
    life = Life()
    life.register()
    life.transfer()
    life.served = False
    life.until(date(2024, 7, 20))
    life.prove()
    due_on = life.problem.rounds[-1].due_on
    life.until(due_on, time(23, 59))
    assert life.ask_for_time(3)


def test_what_waits_for_service_uses_up_no_more_than_the_policys_days() -> None:
    life = Life(rules=under(extension_total_days=30, extension_lead_days=5).rules)
    life.register()
    life.transfer()
    life.served = False
    life.until(date(2024, 7, 20))
    granted(life, (date(2024, 8, 19) - DUE).days)
    assert life.problem.extended_days == 30


def test_what_was_refused_uses_nothing_up() -> None:
    life = under(extension_total_days=30)
    life.answer_request(life.ask_for_time(20), grant=False)
    assert days_left(life.problem, life.rules) == 30


def test_where_the_sum_is_not_bounded_nothing_is_counted() -> None:
    life = under()
    granted(life, 20)
    assert life.problem.extended_days == 0
