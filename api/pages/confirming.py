"""Typing the password again before an act that could give an account away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.access import Ours, PageUnready, StepNeeded
from api.gated_route import GatedRoute
from api.pages.frame import form_of, page
from api.pages.given_back import Back, back_to, give_back
from office.caller import Caller
from office.refused import Refused
from store.people import chosen_passwords
from store.people.accounts import AccountRefused

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
ACCOUNTS, SECOND_FACTOR = "accounts", "second-factor"
Place = Annotated[str, Path(pattern=f"^({ACCOUNTS}|{SECOND_FACTOR})$")]
_LONGEST_FIELD = 500


def demand_fresh(caller: Caller, place: str) -> None:
    """Send somebody who typed his password too long ago to type it again; then back to `place`."""
    if not caller.fresh:
        raise StepNeeded(f"/confirm/{place}")


@router.get("/confirm/{place}")
async def ask(services: Ours, caller: PageUnready, back: Back, place: Place) -> Response:
    """Ask for the password."""
    error = back.refused.detail if back.refused else ""
    return page(services, caller, "confirm.html", back.status, error=error, place=place)


@router.post("/confirm/{place}")
async def confirm(request: Request, services: Ours, caller: PageUnready, place: Place) -> Response:
    """Take the password, and lead on to where it was asked for."""
    fields = await form_of(request, caller)
    typed = fields.get("password", "")[:_LONGEST_FIELD]
    try:
        await chosen_passwords.confirm(services.db, caller.account, caller.cookie, typed)
    except AccountRefused as refused:
        return await give_back(services, caller, f"/confirm/{place}", Refused.by_rule(refused))
    return back_to(f"/{place}", "password_confirmed" if place == ACCOUNTS else "")
