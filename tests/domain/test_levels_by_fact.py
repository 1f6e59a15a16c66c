"""A fact that the policy leads to a level of its own raises supervision at once, never lowers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain import commands as c
from domain import events as e
from domain.rules import Rules
from domain.stages import Fact
from tests.worlds.life import MONDAY, Life, default_rules


def rules(fact: Fact, level: int) -> Rules:
    """The default policy, by which a fact leads to a level at once."""
    default = default_rules()
    levels = tuple(
        replace(one, at_facts=(fact,)) if one.level == level else one
        for one in default.policy.levels
    )
    return replace(default, policy=replace(default.policy, levels=levels))


def levels(life: Life) -> list[int]:
    return [one.level for one in life.events if isinstance(one, e.LevelRaised)]


def found_false(given: Rules) -> Life:
    life = Life(rules=given)
    life.register()
    life.transfer()
    life.prove()
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    return life


def test_what_is_found_false_may_lead_to_a_talk_at_once() -> None:
    life = found_false(rules(Fact.NOT_STRICT_OR_FALSE, 3))
    assert levels(life) == [3]
    assert life.problem.level == life.problem.highest_level == 3


def test_from_there_supervision_rises_by_its_days() -> None:
    life = found_false(rules(Fact.NOT_STRICT_OR_FALSE, 3))
    life.until(MONDAY + timedelta(days=60))
    assert levels(life) == [3, 4]


def test_a_level_that_stands_higher_is_not_lowered() -> None:
    given = rules(Fact.NOT_STRICT_OR_FALSE, 2)
    life = found_false(given)
    life.until(MONDAY + timedelta(days=40))
    reached = life.problem.level
    assert reached >= 3
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    assert life.problem.level == reached


def test_a_fact_without_such_a_rule_begins_at_the_first_level() -> None:
    assert levels(found_false(rules(Fact.NO_FEEDBACK, 3))) == [1]
