"""Duplicates: other open problems of the same enterprise and content."""

from __future__ import annotations

from domain.problem import Problem
from office.ports import Services
from store import lists


async def duplicates(services: Services, problem: Problem) -> tuple[str, ...]:
    """Give the numbers of other open problems of the same enterprise and content."""
    facts = problem.facts
    async with services.db.reading() as session:
        found = await lists.alike(session, facts.enterprise, facts.contents, problem.district)
    return tuple(no for no in found if no != problem.problem_no)
