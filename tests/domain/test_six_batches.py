"""The six batches 六个一批: sorting problems, naming the batches, counting by them."""

from __future__ import annotations

import pytest

from domain import commands as c
from domain.assessment import UNSORTED, by_six_batch
from domain.catalogues.six_batches import LONGEST_NAME, SIX_BATCHES, demand_nameable, renamed
from domain.refusals import Refusal
from domain.words.events import in_words
from tests.worlds.life import OFFICER, Life, transferred


def into(batch: str, called: str = "限期整改一批（示例）", reason: str = "") -> c.SortProblem:
    return c.SortProblem(six_batch=batch, called=called, reason=reason, by=OFFICER)


def refused(life: Life, command: c.SortProblem) -> str:
    with pytest.raises(Refusal) as refusal:
        life.do(command)
    return refusal.value.code


def test_a_problem_is_sorted_and_sorted_anew() -> None:
    life = transferred()
    assert life.do(into("batch_2")).facts.six_batch == "batch_2"
    assert in_words(life.history[-1].event) == "归入“六个一批”：限期整改一批（示例）"
    assert refused(life, into("batch_2")) == "nothing_changes"
    anew = life.do(into("batch_5", "立案查处一批", "现场核查后调整"))
    assert anew.facts.six_batch == "batch_5"
    assert in_words(life.history[-1].event).endswith("立案查处一批；理由：现场核查后调整")


def test_only_the_six_are_known() -> None:
    assert refused(transferred(), into("batch_7")) == "six_batch_unknown"
    with pytest.raises(Refusal) as refusal:
        Life().register(six_batch="batch_0")
    assert refusal.value.code == "six_batch_unknown"


def test_a_problem_may_be_sorted_as_it_is_registered() -> None:
    assert Life().register(six_batch="batch_4").facts.six_batch == "batch_4"


def test_a_batch_keeps_its_code_under_another_name() -> None:
    batches = renamed({"batch_1": "马上就改一批"})
    first = batches.by_code("batch_1")
    assert (first.label, first.number) == ("马上就改一批", 1)
    assert "示例" not in first.source
    assert batches.find("马上就改一批") is first
    assert batches.find("立行立改一批") is first
    assert batches.by_code("batch_2") is SIX_BATCHES.by_code("batch_2")


def test_a_name_of_before_belongs_to_whoever_bears_it_now() -> None:
    swapped = renamed({"batch_2": "立行立改一批", "batch_1": "限期整改一批"})
    found = swapped.find("立行立改一批")
    assert found is not None
    assert found.code == "batch_2"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("一" * (LONGEST_NAME + 1), "six_batch_name_long"),
        ("限期整改一批", "six_batch_name_taken"),
        ("3", "six_batch_name_taken"),
        ("batch_2", "six_batch_name_taken"),
    ],
)
def test_a_name_is_short_and_no_other_s(name: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        demand_nameable(SIX_BATCHES, "batch_1", name)
    assert refusal.value.code == code


@pytest.mark.parametrize("name", ["立行立改一批", "马上就改一批"])
def test_its_own_name_or_a_new_one_may_be_given(name: str) -> None:
    demand_nameable(SIX_BATCHES, "batch_1", name)


def test_a_year_is_counted_by_unit_and_batch() -> None:
    sorted_life, unsorted, gone = transferred(), transferred(), transferred()
    sorted_life.do(into("batch_3"))
    gone.do(into("batch_3"))
    gone.do(c.WithdrawProblem(reason="示例", by=OFFICER))
    lives = [sorted_life.problem, unsorted.problem, gone.problem, Life().register()]
    district = sorted_life.problem.district
    assert by_six_batch(lives, 2024) == {district: {"batch_3": 1, UNSORTED: 1}}
    assert by_six_batch(lives, 2025) == {}
