"""A day's list: the problems of which one mail reminded a district, each with a way to its form."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request, Response

from api.district.frame import Side
from api.district.refusals import refuse, revoked
from api.district.sessions import (
    LONGEST_FIELD,
    Visit,
    demand_open,
    let_in,
    posted,
    visit_to_day,
)
from api.forms import texts_of
from domain.problem import Problem
from domain.words.dates import standing
from gateways.link_signer import ANSWER
from office.rules.rules_of_a_life import rules_of_all
from store.district import links
from store.district.links import LinkKey
from store.lives import problems
from store.tables import LinkRow


def add_days(router: APIRouter, side: Side) -> None:
    """Add the list and the way into one form."""

    @router.get("/day")
    async def show(request: Request) -> Response:
        visit = await visit_to_day(side, request)
        listed = await _listed(side, visit)
        now = side.services.clock()
        rules = await rules_of_all(side.services, [one.problem_no for one in listed])
        return side.page(
            "day",
            csrf=visit.csrf,
            at=visit.at,
            district=visit.link.district,
            day=date.fromisoformat(visit.link.day),
            listed=[
                (one, one.rounds[-1], standing(one, one.rounds[-1], now, rules[one.problem_no]))
                for one in listed
            ],
        )

    @router.post("/day")
    async def open_form(request: Request) -> Response:
        visit, form = await posted(side, request, visit_to_day, LONGEST_FIELD)
        wanted = texts_of(form).get("problem_no")
        problem = next((p for p in await _listed(side, visit) if p.problem_no == wanted), None)
        if problem is None:
            raise refuse("link_unknown")
        link = await _link(side, visit, problem)
        async with side.services.db.reading() as session:
            await demand_open(side, session, link)
        return await let_in(side, request, "/f/problem", link)


async def _listed(side: Side, visit: Visit) -> list[Problem]:
    """Give the day's problems that still belong to the district, the most urgent first."""
    async with side.services.db.reading() as session:
        numbers = await links.problems_of_day(session, visit.link.district, visit.link.day)
        found = [await problems.get(session, number) for number in numbers]
    own = [p for p in found if p and p.rounds and p.district == visit.link.district]
    return sorted(own, key=lambda p: (p.open_round is None, p.rounds[-1].due_at, p.problem_no))


async def _link(side: Side, visit: Visit, problem: Problem) -> LinkRow:
    """Give the recipient's own link to the form, no longer lived than the day's."""
    key = LinkKey(
        purpose=ANSWER,
        district=problem.district,
        recipient=visit.link.recipient,
        problem_no=problem.problem_no,
        round_no=len(problem.rounds),
    )
    async with side.services.db.reading() as session:
        known = await links.find_same(session, key)
    if known is not None and known.revoked_at is not None:
        raise revoked(known.revoked_why)
    return await links.issue(side.services.db, key, visit.link.expires_at)
