"""Duplicates: found while a problem is registered, and joined on an officer's word."""

from __future__ import annotations

from api.errors import Refused
from api.exception_models import MergerBody
from api.ports import Services
from domain import commands as c
from domain.problem import Problem
from domain.roles import Actor
from domain.stages import ENDED
from store import lists, problems


async def merger(services: Services, body: MergerBody, by: Actor) -> c.MergeProblem:
    """Give the command that joins a problem to `into_no`, with what the rules must compare."""
    async with services.db.reading() as session:
        into = await problems.get(session, body.into_no)
    if into is None:
        raise Refused("problem_not_found", problem_no=body.into_no)
    owed = into.open_round
    return c.MergeProblem(
        into_no=into.problem_no,
        into_district=into.district,
        into_enterprise=into.facts.enterprise,
        into_key_content=into.facts.key_content,
        into_is_open=into.stage not in ENDED,
        into_due_on=owed.due_on if owed else None,
        reason=body.reason,
        by=by,
    )


async def duplicates(services: Services, problem: Problem) -> tuple[str, ...]:
    """Give the numbers of other open problems of the same enterprise and content."""
    facts = problem.facts
    async with services.db.reading() as session:
        found = await lists.alike(session, facts.enterprise, facts.key_content, problem.district)
    return tuple(no for no in found if no != problem.problem_no)
