"""Sorting a problem into one of the six batches 六个一批."""

from __future__ import annotations

from domain import events as e
from domain.catalogues import six_batches
from domain.commands import SortProblem
from domain.decisions.draft import ByCommand, Draft
from domain.refusals import WrongContent, WrongMoment


def sort(draft: Draft, command: SortProblem) -> None:
    """Sort a problem, or sort it anew (plan 四（三）: 按照“六个一批”要求分类处置)."""
    demand_known(command.six_batch)
    if command.six_batch == draft.problem.facts.six_batch:
        raise WrongMoment("nothing_changes")
    draft.add(
        e.ProblemSorted(six_batch=command.six_batch, called=command.called, reason=command.reason)
    )


def demand_known(code: str) -> None:
    """Refuse a code that stands for none of the six."""
    try:
        six_batches.by_code(code)
    except KeyError:
        raise WrongContent("six_batch_unknown", said=code) from None


DECISIONS: ByCommand = {
    SortProblem: sort,
}
