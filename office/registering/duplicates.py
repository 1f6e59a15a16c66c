"""Duplicates: other open problems of the same enterprise and content."""

from __future__ import annotations

from collections.abc import Iterable

from domain.problem import Problem
from domain.stages import ENDED
from office.ports import Services
from store.lives import lists


async def duplicates(services: Services, problem: Problem) -> tuple[str, ...]:
    """Give the numbers of other open problems of the same enterprise and content."""
    facts = problem.facts
    async with services.db.reading() as session:
        found = await lists.alike(session, facts.enterprise, facts.contents, problem.district)
    return tuple(no for no in found if no != problem.problem_no)


MOST = 20


def duplicates_among(known: Iterable[Problem], problem: Problem) -> tuple[str, ...]:
    """Give the same of the known problems of its enterprise and district, the oldest first."""
    contents = set(problem.facts.contents)
    found = [
        one.problem_no
        for one in known
        if one.stage not in ENDED
        and (contents & set(one.facts.contents) if contents else one.facts.key_content is None)
    ]
    return tuple(no for no in found[:MOST] if no != problem.problem_no)
