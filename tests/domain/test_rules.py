"""What a life is judged by, as it is recorded at its start."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.rules import Rules
from gateways.calendar_files import load_calendar
from tests.worlds.life import default_rules

RULES = default_rules()


def years(rules: Rules) -> list[int]:
    """The years that a calendar knows."""
    return [year.year for year in rules.calendar.years]


def test_a_life_records_the_calendar_of_its_year_and_three_more_with_the_next_new_year() -> None:
    longer = replace(RULES, calendar=load_calendar(range(2020, 2027)))
    recorded = longer.recorded(date(2021, 6, 24))
    assert years(recorded) == [2021, 2022, 2023, 2024, 2025]
    assert (recorded.policy, recorded.version) == (RULES.policy, RULES.version)


def test_years_before_the_transfer_are_left_out() -> None:
    recorded = RULES.recorded(date(2026, 1, 5))
    assert years(recorded)[0] == 2026


def test_without_a_transfer_the_years_count_from_the_policys_own() -> None:
    policy = replace(RULES.policy, valid_from=date(2025, 1, 1))
    recorded = replace(RULES, policy=policy).recorded(None)
    assert years(recorded)[0] == 2025


def test_the_name_of_a_policy_says_its_version_and_what_it_says() -> None:
    policy = RULES.policy
    assert policy.name == f"chongqing-2024@{policy.version}#{policy.content_hash[:12]}"
