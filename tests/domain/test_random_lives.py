"""Random lives: whatever people do and in whatever order, the invariants hold after each step."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from random import Random, SystemRandom

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.commands import COMMANDS
from domain.stages import TRANSITIONS, Stage
from tests.domain.conftest import LIVED
from tests.domain.wandering import Wanderer

DAYS = int(os.environ.get("RANDOM_DAYS", "5000"))
"""How many virtual days are lived: few beside the other rules, many in `make test` and the soak."""

_ENOUGH_FOR_ALL = 100_000
"""So many days bring about every command several times, whatever the seed."""

_STEPS = 80


def live(random: Random, steps: int) -> Wanderer:
    life = Wanderer(random)
    for _ in range(steps):
        life.step()
        if life.over:
            break
    life.witness.the_events_alone_give_the_problem()
    return life


@pytest.mark.timeout(1800)  # ends only what hangs: ten times what it takes
def test_whatever_is_tried_at_whatever_time_the_invariants_hold(
    record_property: Callable[[str, object], None],
) -> None:
    first = int(os.environ.get("RANDOM_SEED") or SystemRandom().randrange(10**9))
    seed, days, answers = first, 0, Counter[str]()
    while days < DAYS:
        try:
            life = live(Random(seed), _STEPS)
        except Exception as error:
            error.add_note(f"this life again: RANDOM_SEED={seed}")
            raise
        days += life.days
        answers += life.witness.answers
        seed += 1
    record_property(LIVED, f"{days} virtual days in {seed - first} lives, seeds from {first}")
    if days >= _ENOUGH_FOR_ALL:
        assert {name for name in COMMANDS if answers[f"{name} ok"]} == set(COMMANDS)


@given(st.randoms(use_true_random=False), st.integers(1, 25))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_a_short_life_that_breaks_an_invariant_is_found_and_made_shorter(
    random: Random, steps: int
) -> None:
    live(random, steps)


def test_every_stage_has_its_transitions() -> None:
    assert set(TRANSITIONS) == set(Stage)
