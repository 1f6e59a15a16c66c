"""Within how many days a district answers is said from the policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from domain.deadlines import DayCount
from domain.rules import Rules
from domain.words.rules import days_words, feedback_words
from tests.worlds.life import default_rules


def rules_with(**changes: Any) -> Rules:
    rules = default_rules()
    clocks = rules.policy.clocks
    feedback = replace(clocks.feedback, **changes)
    return replace(rules, policy=replace(rules.policy, clocks=replace(clocks, feedback=feedback)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "移交当日不计，15日内反馈，最后一日遇休息日顺延"),
        ({"days": 20}, "移交当日不计，20日内反馈，最后一日遇休息日顺延"),
        ({"count_first_day": True}, "移交当日计入，15日内反馈，最后一日遇休息日顺延"),
        ({"roll_off_rest_days": False}, "移交当日不计，15日内反馈"),
        ({"unit": DayCount.WORKING_DAYS}, "移交当日不计，15个工作日内反馈"),
        (
            {"cut_off": time(17, 30)},
            "移交当日不计，15日内反馈，最后一日遇休息日顺延，最后一日17:30截止",
        ),
    ],
)
def test_a_period_of_feedback_is_said_as_the_policy_counts_it(
    changes: dict[str, Any], said: str
) -> None:
    assert feedback_words(rules_with(**changes)) == said


def test_a_period_is_said_in_its_unit() -> None:
    clocks = default_rules().policy.clocks
    assert [days_words(clocks.feedback), days_words(clocks.supplement)] == ["15日", "5个工作日"]
