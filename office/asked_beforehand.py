"""What a life would say to a command, asked before the command is committed.

A refusal at a door is the last word for whoever is sent away: nothing of it is kept. So nobody is
sent away by what the read model says alone. Before that the life itself is asked; where it does
not answer, or where nobody knows its rules, the command counts as one that it would take.
"""

from __future__ import annotations

from domain.commands import Command
from domain.decide import decide
from domain.problem import Problem
from domain.refusals import Refusal
from domain.rules import Rules
from office.ports import Services
from office.rules.rules_of_a_life import life_itself


async def sure_refusal(
    services: Services, problem: Problem, rules: Rules | None, command: Command, cause: str
) -> Refusal | None:
    """Say what the life would surely refuse now; None where it would take it, or in doubt."""
    if rules is None or _refusal(services, problem, rules, command, cause) is None:
        return None
    life = await life_itself(services, problem.problem_no)
    return life and _refusal(services, *life, command, cause)


def _refusal(
    services: Services, problem: Problem, rules: Rules, command: Command, cause: str
) -> Refusal | None:
    try:
        decide(problem, command, cause=cause, now=services.clock(), rules=rules)
    except Refusal as refused:
        return refused
    return None
