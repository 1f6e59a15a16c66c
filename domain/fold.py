"""Folding: the one door through which an event changes a problem.

The workflow, the read model, the rules-only simulation and the audit all fold the same events.
"""

from __future__ import annotations

from domain import events as e
from domain.bureau import duties_of_bureau
from domain.folding import (
    appeal,
    closing,
    consequences,
    districts,
    draws,
    duties,
    extension,
    feedback,
    new_rules,
    registers,
    restoring,
    rounds,
    second_person,
    service,
    six_batches,
    stopping,
    suspension,
    transfer,
    typical_cases,
)
from domain.folding.changes import Changes
from domain.problem import Problem
from domain.stages import Stage

_TOPICS = (
    transfer,
    rounds,
    feedback,
    closing,
    consequences,
    service,
    extension,
    districts,
    second_person,
    suspension,
    stopping,
    appeal,
    new_rules,
    draws,
    registers,
    typical_cases,
    six_batches,
    duties,
    restoring,
)
_CHANGES = {event: change for topic in _TOPICS for event, change in topic.CHANGES.items()}


def fold(recorded: e.Recorded, problem: Problem | None) -> Problem:
    """Apply one recorded event; the first must be the registration.

    Raises ValueError when the sequence number does not follow, or a step is not on the table.
    """
    expected = 1 if problem is None else problem.seq + 1
    if recorded.seq != expected:
        raise ValueError(f"event {recorded.seq} does not follow {expected - 1}")
    event = recorded.event
    if isinstance(event, e.ProblemRegistered):
        return _registered(event, recorded)
    if problem is None:
        raise ValueError(f"a life cannot begin with {event.tag}")
    changes = _CHANGES[type(event)](problem, event, recorded)
    changed = _changed(problem, changes | {"seq": recorded.seq})
    return _late_still(changed) if changed.reminded else changed


def _changed(problem: Problem, changes: Changes) -> Problem:
    """Do what `dataclasses.replace` does, without looking at each field: folding lives on it."""
    changed = object.__new__(Problem)
    vars(changed).update(vars(problem), **changes)
    return changed


def _late_still(problem: Problem) -> Problem:
    """Forget the reminders of what the bureau has done meanwhile: the next of its kind is new."""
    still_due = {f"{duty}:{ref}" for duty, ref in duties_of_bureau(problem)}
    kept = tuple(one for one in problem.reminded if one[0] in still_due)
    return problem if kept == problem.reminded else _changed(problem, {"reminded": kept})


def _registered(event: e.ProblemRegistered, recorded: e.Recorded) -> Problem:
    return Problem(
        problem_no=event.problem_no,
        facts=event.facts,
        route=event.route,
        district=event.facts.district,
        stage=Stage.REGISTERED,
        registered_at=recorded.at,
        stage_since=recorded.at,
        seq=recorded.seq,
    )
