"""A day's list: what a district owes and what its mail told of, each with a way to its form and to the next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

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
from domain.rules import Rules
from domain.words.dates import Standing, standing
from gateways.link_signer import ANSWER
from office.rules.rules_of_a_life import rules_of_all
from store.district import day_lists, links
from store.district.day_lists import OnList
from store.district.links import LinkKey
from store.tables import LinkRow


def add_days(router: APIRouter, side: Side) -> None:
    """Add the list and the way into one form."""

    @router.get("/day")
    async def show(request: Request, copied: str = "") -> Response:
        visit = await visit_to_day(side, request)
        listed = await list_of(side, visit)
        now = side.services.clock()
        rules = await rules_of_all(side.services, [one.problem.problem_no for one in listed])
        return side.page(
            "day",
            csrf=visit.csrf,
            at=visit.at,
            district=visit.link.district,
            day=date.fromisoformat(visit.link.day),
            copied=copied if re.fullmatch(r"[1-9]\d{0,3}", copied) else "",
            answered=sum(one.answered for one in listed),
            listed=[(one, _standing(one.problem, now, rules)) for one in listed],
        )

    @router.post("/day")
    async def open_form(request: Request) -> Response:
        visit, form = await posted(side, request, visit_to_day, LONGEST_FIELD)
        wanted = texts_of(form).get("problem_no")
        found = {one.problem.problem_no: one for one in await list_of(side, visit)}
        if wanted not in found:
            raise refuse("link_unknown")
        await links.touch(side.services.db, visit.cookie)
        link = await form_link(side, visit, found[wanted].problem)
        async with side.services.db.reading() as session:
            await demand_open(side, session, link)
        return await let_in(side, request, "/f/problem", link)


def _standing(problem: Problem, now: datetime, rules: Mapping[str, Rules | None]) -> Standing:
    return standing(problem, problem.rounds[-1], now, rules[problem.problem_no])


async def list_of(side: Side, visit: Visit) -> list[OnList]:
    """Give the list behind a day's link."""
    async with side.services.db.reading() as session:
        return await day_lists.of_day(session, visit.link)


async def form_link(side: Side, visit: Visit, problem: Problem) -> LinkRow:
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
