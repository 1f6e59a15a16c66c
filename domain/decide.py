"""The one door to the rules: what follows from a command, or from a duty that has come due."""

from __future__ import annotations

from datetime import datetime

from domain.agenda import Duty
from domain.commands import Command
from domain.decisions import (
    appeal,
    closing,
    consequences,
    districts,
    draws,
    duties,
    extension,
    feedback,
    new_rules,
    points_receipt,
    registers,
    second_person,
    service,
    six_batches,
    stopping,
    suspension,
    transfer,
    typical_cases,
)
from domain.decisions.draft import Decision, Draft
from domain.decisions.guard import demand_role
from domain.problem import Problem
from domain.roles import SYSTEM
from domain.rules import Rules

_TOPICS = (
    transfer,
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
    points_receipt,
    new_rules,
    draws,
    typical_cases,
    six_batches,
    registers,
)
_DECISIONS = {command: rule for topic in _TOPICS for command, rule in topic.DECISIONS.items()}


def decide(
    problem: Problem | None, command: Command, *, cause: str, now: datetime, rules: Rules
) -> Decision:
    """Decide a command at the instant `now` (aware UTC).

    `problem` is None only for the registration. `cause` is the command's id. Raises a `Refusal`
    with a stable code when a rule says no; then nothing has happened.
    """
    demand_role(command)
    draft = Draft(problem, now, command.by, cause, rules)
    _DECISIONS[type(command)](draft, command)
    return draft.decision


def decide_duty(
    problem: Problem, duty: Duty, *, served: bool, now: datetime, rules: Rules
) -> Decision:
    """Decide a duty that has come due; it always yields an event and never refuses.

    Raises ValueError when called before the duty's instant: nothing is done early.
    """
    if now < duty.at:
        raise ValueError(f"{duty.kind} is not due before {duty.at.isoformat()}")
    draft = Draft(problem, now, SYSTEM, duty.cause, rules)
    duties.meet(draft, duty, served=served)
    return draft.decision
