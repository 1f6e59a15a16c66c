"""Whole lives: the real workflow and the rules alone come to the same answer."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from command_line.simulate import simulate
from domain.bureau import registers_missing
from gateways.problem_list.reading import read_list
from gateways.problem_list.rows import BEHAVIOURS
from simulation import side_by_side
from simulation.behaviours import STRAIGHT, Behaviour
from simulation.casting import cast
from simulation.rules_only import RulesOnly
from simulation.script import Casting, live
from tests.worlds.life import default_rules

SAMPLES = Path(__file__).parents[2] / "samples" / "problem-list.xlsx"
TODAY = date(2026, 11, 24)
DATES = (
    "transferred_on",
    "feedback_due_on",
    "feedback_received_on",
    "listed_on",
    "delisted_on",
    "closed_on",
)


def castings() -> list[Casting]:
    """The sample list with its parts."""
    return cast(read_list(SAMPLES, today=TODAY).rows, seed=1, today=TODAY)


def one_of_each() -> list[Casting]:
    """One problem for each straight behaviour, as the sample list has them."""
    first = {casting.behaviour: casting for casting in reversed(castings())}
    assert set(first) == set(STRAIGHT)
    return list(first.values())


def one_of_each_bent() -> list[Casting]:
    """The first problems of the sample list, one for each behaviour that does not go straight."""
    bent = [behaviour for behaviour in Behaviour if behaviour not in STRAIGHT]
    rows = read_list(SAMPLES, today=TODAY).rows
    parts = [
        row.model_copy(update={"behaviour": behaviour.value})
        for row, behaviour in zip(rows, bent, strict=False)
    ]
    return cast(parts, seed=1, today=TODAY)


async def bent() -> dict[str, dict[str, Any]]:
    """These, by the rules alone, by behaviour."""
    content = await simulate(one_of_each_bent(), None, rules_only=True)
    return {problem["behaviour"]: problem for problem in content["problems"]}


async def lived(until: date | None = None) -> dict[str, dict[str, Any]]:
    """The sixty sample problems by the rules alone, by number."""
    content = await simulate(castings(), until, rules_only=True)
    return {problem["problem_no"]: problem for problem in content["problems"]}


async def test_the_real_workflow_and_the_rules_alone_give_the_same_answer() -> None:
    parts = one_of_each()
    by_rules = await simulate(parts, None, rules_only=True)
    assert await simulate(parts, None, rules_only=False) == by_rules


async def test_lives_that_bend_give_the_same_answer_too() -> None:
    parts = one_of_each_bent()
    by_rules = await simulate(parts, None, rules_only=True)
    assert await simulate(parts, None, rules_only=False) == by_rules


async def test_a_cut_at_a_day_is_the_same_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "HOUSES", 1)  # the second life follows one cut short
    open_then = (Behaviour.NOT_IN_PLACE, Behaviour.BROKEN_PROMISE)
    parts = [casting for casting in one_of_each() if casting.behaviour in open_then]
    until = date(2024, 9, 1)
    by_rules = await simulate(parts, until, rules_only=True)
    assert "closed" not in {problem["stage"] for problem in by_rules["problems"]}
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
            ("2024-07-05", "2024-07-22", "2024-07-25", "2024-07-22", "2024-08-13", "2024-08-13"),
        ),
        (
            "CQ2024-0012",
            ("2024-08-12", "2024-08-27", "2024-08-22", "2024-09-11", "2024-10-14", "2024-10-14"),
        ),
    ],
)
async def test_dates_of_single_lives(number: str, dates: tuple[str | None, ...]) -> None:
    problem = (await lived())[number]
    assert tuple(problem[name] for name in DATES) == dates


@pytest.mark.parametrize(
    ("behaviour", "dates"),
    [
        # transferred, due, received, listed, delisted, closed: counted by hand on the calendar
        ("extension", ("2024-06-24", "2024-07-19", "2024-07-19", None, None, "2024-08-07")),
        ("wrong_district", ("2024-06-27", "2024-07-16", "2024-07-11", None, None, "2024-07-30")),
        ("suspended", ("2024-07-02", "2024-09-18", "2024-09-18", None, None, "2024-10-11")),
        (
            "appeal_upheld",
            ("2024-07-05", "2024-07-22", "2024-08-02", "2024-07-22", "2024-08-01", "2024-08-21"),
        ),
        (
            "appeal_refused",
            ("2024-07-10", "2024-07-25", "2024-08-06", "2024-07-25", "2024-08-23", "2024-08-23"),
        ),
        ("bounced", ("2024-07-16", "2024-08-16", "2024-08-11", None, None, "2024-08-28")),
        ("paper_answer", ("2024-07-19", "2024-08-05", "2024-07-30", None, None, "2024-08-16")),
        ("rebound", ("2024-07-24", "2024-08-08", "2024-08-03", None, None, "2024-10-10")),
    ],
)
async def test_dates_of_lives_that_bend(behaviour: str, dates: tuple[str | None, ...]) -> None:
    problem = (await bent())[behaviour]
    assert tuple(problem[name] for name in DATES) == dates
    assert problem["stage"] == "closed"


async def test_a_reassigned_problem_is_the_other_district_s() -> None:
    before, after = one_of_each_bent()[1], (await bent())["wrong_district"]
    assert before.register.facts.district == "500112"
    assert after["district"] == "500113"


async def test_only_an_appeal_that_is_refused_leaves_its_points() -> None:
    problems = await bent()
    points = {name: problem["points"] for name, problem in problems.items() if problem["points"]}
    assert points == {"appeal_refused": 0.2}
    assert problems["appeal_upheld"]["highest_level"] == 1
    content = await simulate(one_of_each_bent(), None, rules_only=True)
    assert [score["points"] for score in content["scores"]] == [0.2, 0.0]


async def test_an_ordinary_life_leaves_its_bureau_nothing_undone() -> None:
    for casting in castings():
        if casting.behaviour in (Behaviour.ON_TIME, Behaviour.IN_PROGRESS):
            problem = await live(casting, RulesOnly(default_rules()), default_rules(), None)
            assert problem.reminded == ()
            assert not registers_missing(problem)


async def test_the_scoreboard_is_the_sum_of_the_problems() -> None:
    content = await simulate(castings(), None, rules_only=True)
    sums: dict[str, float] = {}
    for problem in content["problems"]:
        if problem["points"]:
            sums[problem["district"]] = sums.get(problem["district"], 0) + problem["points"]
    scores = {score["district"]: score["points"] for score in content["scores"]}
    assert scores == pytest.approx(sums)


def test_a_list_may_say_every_behaviour_and_no_other() -> None:
    assert set(BEHAVIOURS) == {behaviour.value for behaviour in Behaviour}


def test_a_blank_part_is_drawn_by_the_seed_alone_and_goes_straight() -> None:
    rows = [
        row.model_copy(update={"behaviour": ""}) for row in read_list(SAMPLES, today=TODAY).rows
    ]
    drawn = [[casting.behaviour for casting in cast(rows, seed, TODAY)] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert set(drawn[0]) <= set(STRAIGHT)


def test_the_command_prints_json_only() -> None:
    rules_only = [sys.executable, "-m", "cli", "simulate", str(SAMPLES), "--rules-only", "--json"]
    done = subprocess.run(rules_only, capture_output=True, text=True, check=False)
    content = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(content) == {"problems", "scores", "days_lived", "seconds"}
    assert len(content["problems"]) == 60


def test_the_command_prints_json_only_when_servers_carry_the_lives(tmp_path: Path) -> None:
    four = str(first_of_the_samples(tmp_path / "four.xlsx", 4))
    until = ["--until", "2024-06-26", "--json"]
    command = [sys.executable, "-m", "cli", "simulate", four, *until]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert len(json.loads(done.stdout)["problems"]) == 4


def first_of_the_samples(file: Path, number: int) -> Path:
    """Write the first rows of the sample list, below its title and headings."""
    samples, few = openpyxl.load_workbook(SAMPLES, read_only=True), openpyxl.Workbook()
    for row in samples.worksheets[0].iter_rows(max_row=2 + number, values_only=True):
        few.worksheets[0].append(row)
    samples.close()
    few.save(file)
    return file
