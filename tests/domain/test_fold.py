"""Folding refuses what cannot have happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain import events as e
from domain.decisions.consequences import raise_level
from domain.decisions.draft import Draft
from domain.fold import fold
from domain.roles import SYSTEM
from domain.stages import Stage
from tests.domain.situations import registered
from tests.worlds.life import Life, transferred


def test_an_event_out_of_its_place_is_refused() -> None:
    life = transferred()
    last = life.history[-1]
    with pytest.raises(ValueError, match="does not follow"):
        fold(last, life.problem)
    first = replace(last, seq=1)
    with pytest.raises(ValueError, match="cannot begin"):
        fold(first, None)


def test_a_step_that_is_not_on_the_table_is_refused() -> None:
    life = registered()
    jump = e.Recorded(
        seq=life.problem.seq + 1,
        at=life.now,
        by=SYSTEM,
        cause="x",
        event=e.ProblemClosed(on=date(2024, 6, 24), content_hash=""),
    )
    with pytest.raises(ValueError, match="may not become"):
        fold(jump, life.problem)
    assert life.problem.stage is Stage.REGISTERED


def test_a_draft_without_a_registration_has_no_problem() -> None:
    draft = Draft(None, Life().now, SYSTEM, "x", Life().rules)
    with pytest.raises(ValueError, match="no problem"):
        _ = draft.problem


def test_there_is_nothing_above_the_highest_level() -> None:
    life = transferred()
    draft = Draft(life.problem, life.now, SYSTEM, "x", life.rules)
    raise_level(draft, 99)
    assert draft.events == []
