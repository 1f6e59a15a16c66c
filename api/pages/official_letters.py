"""Drafts of official letters 公文, written from the record of a problem and printed for the file."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import Ours, PageOfficer
from api.gated_route import GatedRoute
from domain.local_time import day_of
from domain.official_letters import OfficialKind, draft, grounds_for
from office.refused import Refused
from office.rules.rules_of_a_life import rules_of
from store.lives import problems

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/problems/{problem_no}/official-letters/{kind}")
async def show(services: Ours, _: PageOfficer, problem_no: str, kind: str) -> Response:
    """Print the draft of a letter as it follows from the record of this moment; nothing is kept."""
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    if problem is None:
        raise Refused("problem_not_found", problem_no=problem_no)
    if kind not in list(OfficialKind):
        raise Refused("not_found")
    wanted, rules = OfficialKind(kind), await rules_of(services, problem_no)
    if rules is None or wanted not in grounds_for(problem, rules):
        raise Refused("letter_without_grounds", letter=wanted.label)
    letter = draft(
        wanted, problem, rules, issuer=services.press.issuer, on=day_of(services.clock())
    )
    # Typesetting holds its thread for tenths of a second.
    content = await asyncio.to_thread(services.press.pdf, letter)
    name = quote(f"{problem_no}{wanted.label}（草稿）.pdf")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type="application/pdf", headers=headers)
