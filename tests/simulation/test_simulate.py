"""Whole lives: the real workflow and the rules alone come to the same answer."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateways.problem_list.reading import read_list
from simulation.behaviours import Behaviour
from simulation.casting import cast
from simulation.command import simulate
from simulation.script import Casting

SAMPLES = Path(__file__).parents[2] / "samples" / "problem-list.xlsx"
TODAY = date(2026, 11, 24)


def castings() -> list[Casting]:
    """The sample list with its parts."""
    return cast(read_list(SAMPLES, today=TODAY).rows, seed=1, today=TODAY)


def one_of_each() -> list[Casting]:
    """One problem for each behaviour."""
    first = {casting.behaviour: casting for casting in reversed(castings())}
    assert set(first) == set(Behaviour)
    return list(first.values())


async def lived(until: date | None = None) -> dict[str, dict[str, Any]]:
    """The sixty sample problems by the rules alone, by number."""
    content = await simulate(castings(), until, rules_only=True)
    return {problem["problem_no"]: problem for problem in content["problems"]}


async def test_the_real_workflow_and_the_rules_alone_give_the_same_answer() -> None:
    parts = one_of_each()
    by_rules = await simulate(parts, None, rules_only=True)
    assert await simulate(parts, None, rules_only=False) == by_rules


async def test_a_cut_at_a_day_is_the_same_too() -> None:
    parts, until = one_of_each()[:3], date(2024, 9, 1)
    by_rules = await simulate(parts, until, rules_only=True)
    assert await simulate(parts, until, rules_only=False) == by_rules


async def test_all_sixty_close_and_only_the_resolved_on_time_stay_off_the_list() -> None:
    problems = (await lived()).values()
    assert len(problems) == 60
    assert {problem["stage"] for problem in problems} == {"closed"}
    clean = {"on_time", "in_progress", "returned_once"}
    for problem in problems:
        listed = problem["listed_on"] is not None
        assert listed == (problem["behaviour"] not in clean), problem
        assert listed == (problem["points"] > 0)
        assert listed == (problem["delisted_on"] is not None)
        assert listed == (problem["highest_level"] >= 1)


REASONS = {
    "late_feedback": "no_feedback",
    "silent": "no_feedback",
    "broken_promise": "overdue_rectification",
    "false_report": "not_strict_or_false",
    "not_in_place": "not_in_place",
}


async def test_each_behaviour_is_listed_for_its_own_reason() -> None:
    for problem in (await lived()).values():
        assert problem["list_reason"] == REASONS.get(problem["behaviour"])
        assert problem["highest_level"] == {"silent": 2}.get(
            problem["behaviour"], 1 if problem["listed_on"] else 0
        )


@pytest.mark.parametrize(
    ("number", "dates"),
    [
        # transferred, due, received, listed, delisted, closed: counted by hand on the calendar
        ("CQ2024-0001", ("2024-06-24", "2024-07-09", "2024-07-04", None, None, "2024-07-23")),
        (
            "CQ2024-0004",
            ("2024-07-05", "2024-07-22", "2024-07-25", "2024-07-23", "2024-08-12", "2024-08-13"),
        ),
        (
            "CQ2024-0012",
            ("2024-08-12", "2024-08-27", "2024-08-22", "2024-09-12", "2024-10-12", "2024-10-14"),
        ),
    ],
)
async def test_dates_of_single_lives(number: str, dates: tuple[str | None, ...]) -> None:
    names = (
        "transferred_on",
        "feedback_due_on",
        "feedback_received_on",
        "listed_on",
        "delisted_on",
        "closed_on",
    )
    problem = (await lived())[number]
    assert tuple(problem[name] for name in names) == dates


async def test_the_scoreboard_is_the_sum_of_the_problems() -> None:
    content = await simulate(castings(), None, rules_only=True)
    sums: dict[str, float] = {}
    for problem in content["problems"]:
        if problem["points"]:
            sums[problem["district"]] = sums.get(problem["district"], 0) + problem["points"]
    scores = {score["district"]: score["points"] for score in content["scores"]}
    assert scores == pytest.approx(sums)


def test_a_blank_part_is_drawn_by_the_seed_alone() -> None:
    rows = [
        row.model_copy(update={"behaviour": ""}) for row in read_list(SAMPLES, today=TODAY).rows
    ]
    drawn = [[casting.behaviour for casting in cast(rows, seed, TODAY)] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_command_prints_json_only() -> None:
    command = [sys.executable, "-m", "cli", "simulate", str(SAMPLES), "--rules-only", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    content = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(content) == {"problems", "scores", "days_lived", "seconds"}
    assert len(content["problems"]) == 60
