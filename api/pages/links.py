"""Taking back by hand what a problem's mails let districts open."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Ours, PageOfficer
from api.gated_route import GatedRoute
from api.pages.frame import address_of, form_of
from api.pages.given_back import back_to
from domain.plain_text import line
from office.answering.trial_links import trial_address
from office.refused import Refused
from store.district import links
from store.lives import problems

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
_BY_HAND = "by_hand"


@router.post("/problems/{problem_no}/links/revocation")
async def revoke(
    request: Request, services: Ours, caller: PageOfficer, problem_no: str
) -> Response:
    """End every link of a problem, and what was opened by them."""
    fields = await form_of(request, caller)
    reason = line(fields.get("reason", "")).strip()
    async with services.db.reading() as session:
        known = await problems.get(session, problem_no) is not None
    if not known:
        raise Refused("problem_not_found", problem_no=problem_no)
    if not reason:
        raise Refused("revocation_reason_missing")
    await links.revoke(services.db, _BY_HAND, problem_no=problem_no, reason=reason)
    return back_to(address_of(problem_no), "links_revoked")


@router.post("/problems/{problem_no}/links/trial")
async def try_as_district(
    request: Request, services: Ours, caller: PageOfficer, problem_no: str
) -> Response:
    """Lead on to the district's form of a problem; on a development machine only."""
    await form_of(request, caller)
    return back_to(await trial_address(services, problem_no))
