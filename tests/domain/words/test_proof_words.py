"""A date whose notice nobody can show to have arrived reads 以送达为准."""

from __future__ import annotations

from domain.words.dates import proof_words
from tests.worlds.life import transferred


def test_a_date_runs_from_the_service_until_it_is_proven() -> None:
    life = transferred()
    assert proof_words(life.problem.rounds[-1]) == "，以送达为准"
    life.prove()
    assert proof_words(life.problem.rounds[-1]) == ""
