"""Every act of a person on a problem, one file a topic; a new topic is added to `_TOPICS`."""

from __future__ import annotations

from domain.problem import Problem
from domain.roles import Actor, Role
from domain.rules import Rules
from office.acts import (
    appeal,
    closing,
    districts,
    extension,
    feedback,
    registers,
    rounds,
    second_person,
    service,
    six_batches,
    stated_facts,
    stopping,
    suspension,
    transfer,
    typical_cases,
)
from office.acts.act import Act

_TOPICS = (
    transfer,
    feedback,
    closing,
    extension,
    districts,
    appeal,
    second_person,
    suspension,
    service,
    registers,
    rounds,
    stated_facts,
    stopping,
    six_batches,
    typical_cases,
)

ACTS: tuple[Act, ...] = tuple(act for topic in _TOPICS for act in topic.ACTS)
BY_PATH = {act.path: act for act in ACTS}
OVER_MANY = {way.name: way for act in ACTS for way in act.over_many}
RIGHT_OVER_MANY = frozenset[Role]().union(*(act.right for act in ACTS if act.over_many))
"""Who may do at least one act over many problems; the rules ask each one's right again."""


def offered(problem: Problem, actor: Actor, rules: Rules | None = None) -> tuple[Act, ...]:
    """Name the acts that role, state and rules allow; they decide again when one is asked for."""
    return tuple(
        act
        for act in ACTS
        if actor.role in act.right
        and act.when(problem, actor)
        and (rules is None or act.known_to(rules))
    )
