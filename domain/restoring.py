"""Beginning a lost life again: what it takes up, on whose word, and what it records of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from domain.command_ids import RESTORED, of_restoration
from domain.decisions.draft import Decision, Draft
from domain.events import LifeRestored, Lost, Recorded
from domain.fold import fold
from domain.handled import CommandRecord
from domain.outcomes import Outcome
from domain.problem import Problem
from domain.roles import Actor
from domain.rules import Rules

_NO_COMMANDS = ("start", "duty:", RESTORED)
"""How the causes begin that are no command's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoration:
    """Why a run begins with what another one left behind without having handed it over.

    `after_run_id` is that other run, empty when none is known; its history tells the life up to the
    event `after_seq`, 0 when there is no history. `from_log` are the events after it, as the store's
    event log holds them.
    """

    restoration_id: str
    lost: Lost
    proposed_by: Actor
    approved_by: Actor
    reason: str
    after_run_id: str = ""
    after_seq: int = 0
    from_log: tuple[Recorded, ...] = ()


def restore(problem: Problem, restoration: Restoration, *, now: datetime, rules: Rules) -> Decision:
    """Record that a life goes on; what fell due meanwhile is met afterwards, as after an outage."""
    cause = of_restoration(restoration.restoration_id, problem.problem_no)
    draft = Draft(problem, now, restoration.approved_by, cause, rules)
    draft.add(
        LifeRestored(
            lost=restoration.lost,
            proposed_by=restoration.proposed_by,
            reason=restoration.reason,
            from_log=len(restoration.from_log),
        )
    )
    return draft.decision


def gone_on(
    problem: Problem | None, handled: Iterable[CommandRecord], log: Iterable[Recorded]
) -> tuple[Problem, tuple[CommandRecord, ...]]:
    """Let a life go on by what the event log holds after it: the problem, and what was dealt with.

    Refusals leave no event; what was refused after the history's end is decided anew when it is asked
    again. Raises ValueError when the events do not follow, or there are none at all.
    """
    records = {record.command_id: record for record in handled}
    for cause, events in groupby(log, key=lambda recorded: recorded.cause):
        told = list(events)
        for recorded in told:
            problem = fold(recorded, problem)
        records |= {one.command_id: one for one in _dealt_with(cause, told, problem)}
    if problem is None:
        raise ValueError("a life without an event cannot go on")
    return problem, tuple(records.values())


def _dealt_with(
    cause: str, told: list[Recorded], problem: Problem | None
) -> Iterator[CommandRecord]:
    if problem is None or cause.startswith(_NO_COMMANDS):
        return
    outcome = Outcome(
        problem_no=problem.problem_no,
        seq=problem.seq,
        stage=problem.stage,
        level=problem.level,
        events=tuple(recorded.event.tag for recorded in told),
    )
    yield CommandRecord(command_id=cause, outcome=outcome, from_log=True)
