"""补记: what is noted after a life has ended, decided by the same rules and chained to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import commands as c
from domain.addenda import AFTERWARDS, Addendum, Afterwards, add, command_of, hashed, with_addenda
from domain.bureau import owed_since_before, still_owed
from domain.events import BureauDuty
from domain.refusals import Refusal
from domain.stages import Stage
from tests.worlds.life import OFFICER, SUPERVISOR, Life, transferred

NUMBER = c.RecordRegisterNumber(register=c.Register.NATIONAL_AIR, number="示例1", by=OFFICER)


def ended(**facts: Any) -> Life:
    """A life that went straight to its end."""
    life = transferred(**facts)
    life.answer()
    life.review()
    life.until(life.today + timedelta(days=5))
    life.revisit()
    life.approve()
    life.until(life.today + timedelta(days=30))
    assert life.problem.ended
    return life


def noted(life: Life, command: Afterwards, earlier: Sequence[Addendum] = ()) -> Addendum:
    problem = with_addenda(life.problem, earlier)
    return add(
        problem,
        life.history[-1],
        earlier,
        command,
        cause=f"k{len(earlier)}",
        now=life.now,
        rules=life.rules,
    )


def test_a_key_problem_of_a_national_round_owes_its_numbers_after_its_end_too() -> None:
    life = ended(key_content="treatment_missing_or_idle", clue_source="national_round")
    assert {duty for duty, _ in owed_since_before(life.problem)} == {BureauDuty.REGISTER}
    assert len(list(still_owed(life.problem, life.rules))) == 2
    one = noted(life, NUMBER)
    left = with_addenda(life.problem, [one])
    assert [ref for _, ref in owed_since_before(left)] == ["mobile_enforcement"]
    assert (left.seq, left.stage) == (life.problem.seq, Stage.CLOSED)


def test_a_problem_that_is_open_owes_nothing_from_before() -> None:
    life = transferred(key_content="treatment_missing_or_idle", clue_source="national_round")
    assert list(owed_since_before(life.problem)) == []


def test_addenda_are_chained_to_each_other_and_to_the_life() -> None:
    life = ended()
    mark = c.MarkTypicalCase(typical=True, reason="示例", by=SUPERVISOR)
    first = noted(life, NUMBER)
    second = noted(life, mark, [first])
    assert (first.number, first.previous, first.after_seq) == (1, "", life.problem.seq)
    assert (second.number, second.previous) == (2, first.sha256)
    assert second.life_sha256 == first.life_sha256
    assert hashed(second) == second
    assert hashed(replace(second, number=3)).sha256 != second.sha256
    assert with_addenda(life.problem, [first, second]).typical


@pytest.mark.parametrize(
    "command",
    [
        NUMBER,
        c.MarkTypicalCase(typical=True, reason="示例", by=SUPERVISOR),
        c.SortProblem(six_batch="batch_1", called="示例", reason="", by=OFFICER),
    ],
)
def test_an_addendum_says_by_which_command_it_was_asked(command: Afterwards) -> None:
    assert command_of(noted(ended(), command)) == command


def test_the_rules_of_the_living_hold_for_the_ended() -> None:
    life = ended()
    first = noted(life, NUMBER)
    with pytest.raises(Refusal) as again:
        noted(life, NUMBER, [first])
    assert again.value.code == "nothing_changes"
    with pytest.raises(Refusal) as unlisted:
        noted(life, c.RecordListNumber(number="示例", by=OFFICER))
    assert unlisted.value.code == "nothing_listed"
    with pytest.raises(Refusal) as officer:
        noted(life, c.MarkTypicalCase(typical=True, reason="示例", by=OFFICER))
    assert officer.value.code == "role_not_allowed"


def listed_and_closed(version: int) -> Life:
    """A life that stood on the list and left it by its closure, its appeal still open."""
    life = transferred(version=version)
    life.until(life.problem.rounds[-1].due_on + timedelta(days=1))
    life.answer()
    life.review()
    life.until(life.today + timedelta(days=3))
    life.revisit()
    life.approve()
    return life


def test_the_lists_own_number_is_recorded_after_the_problem_has_left_it() -> None:
    life = listed_and_closed(version=3)
    assert life.problem.entry is None
    life.do(c.RecordListNumber(number="示例清单1", by=OFFICER))
    assert life.problem.entries[-1].number == "示例清单1"


def test_a_life_of_before_takes_it_only_as_an_addendum() -> None:
    life = listed_and_closed(version=2)
    command = c.RecordListNumber(number="示例清单1", by=OFFICER)
    with pytest.raises(Refusal):
        life.do(command)
    life.until(life.today + timedelta(days=30))
    one = noted(life, command)
    assert with_addenda(life.problem, [one]).entries[-1].number == "示例清单1"
    assert command_of(one) == command


def test_nothing_that_moves_a_date_or_a_point_is_noted_afterwards() -> None:
    assert set(AFTERWARDS) == {
        c.RecordListNumber,
        c.RecordRegisterNumber,
        c.MarkTypicalCase,
        c.SortProblem,
    }
