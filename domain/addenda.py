"""What is noted after a life has ended 补记: numbers of registers and of the list, typical cases,
the batch of 六个一批.

方案 三(二) 一是 asks for both registers, not for a running procedure; 四(四) chooses its cases from what is
finished. None of it moves a date or a point, so that no life is begun anew for it. Each addendum is
chained: by its hash to the one before, and by another to the last event of the life it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain import commands as c
from domain import events as e
from domain.canonical import digest
from domain.decide import decide
from domain.fold import fold
from domain.problem import Problem
from domain.roles import Actor
from domain.rules import Rules

AFTERWARDS = (c.RecordListNumber, c.RecordRegisterNumber, c.MarkTypicalCase, c.SortProblem)
"""What may still be asked of a problem whose life has ended."""

Afterwards = c.RecordListNumber | c.RecordRegisterNumber | c.MarkTypicalCase | c.SortProblem
AddedEvent = e.ListNumberRecorded | e.RegisterNumberRecorded | e.TypicalCaseMarked | e.ProblemSorted


@dataclass(frozen=True, slots=True, kw_only=True)
class Addendum:
    """One addition to an ended life: the `number`-th of its problem, after the event `after_seq`.

    `life_sha256` is the hash of that event, `previous` that of the addendum before, empty for the
    first; `sha256` is over everything else.
    """

    problem_no: str
    number: int
    after_seq: int
    life_sha256: str
    previous: str
    at: datetime
    by: Actor
    cause: str
    event: AddedEvent
    sha256: str = ""


def add(
    problem: Problem,
    last: e.Recorded,
    earlier: Sequence[Addendum],
    command: Afterwards,
    *,
    cause: str,
    now: datetime,
    rules: Rules,
) -> Addendum:
    """Decide an addendum of an ended problem as it stands with its earlier ones; raises Refusal."""
    decided = decide(problem, command, cause=cause, now=now, rules=rules)
    event: Any = decided.events[0].event
    return hashed(
        Addendum(
            problem_no=problem.problem_no,
            number=len(earlier) + 1,
            after_seq=last.seq,
            life_sha256=digest(last),
            previous=earlier[-1].sha256 if earlier else "",
            at=now,
            by=command.by,
            cause=cause,
            event=event,
        )
    )


def hashed(one: Addendum) -> Addendum:
    """Give an addendum with its hash."""
    return replace(one, sha256=digest(replace(one, sha256="")))


def with_addenda(problem: Problem, addenda: Sequence[Addendum]) -> Problem:
    """Give a problem as its addenda left it; they have no place among the events of its life."""
    seq = problem.seq
    for one in addenda:
        recorded = e.Recorded(seq=seq + 1, at=one.at, by=one.by, cause=one.cause, event=one.event)
        problem = replace(fold(recorded, problem), seq=seq)
    return problem


def command_of(one: Addendum) -> Afterwards:
    """Give the command by which an addendum was asked."""
    return _ASKED[type(one.event)](one.event, one.by)


_ASKED: Mapping[type, Callable[[Any, Actor], Afterwards]] = {
    e.ListNumberRecorded: lambda v, by: c.RecordListNumber(number=v.number, by=by),
    e.RegisterNumberRecorded: lambda v, by: c.RecordRegisterNumber(
        register=v.register, number=v.number, by=by
    ),
    e.ProblemSorted: lambda v, by: c.SortProblem(
        six_batch=v.six_batch, called=v.called, reason=v.reason, by=by
    ),
    e.TypicalCaseMarked: lambda v, by: c.MarkTypicalCase(typical=v.typical, reason=v.reason, by=by),
}
