"""Typing the password again before an act that could give an account away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.access import Ours, PageUnready, StepNeeded
from api.forms import see_other
from api.gated_route import GatedRoute
from api.pages.frame import form_of, page
from api.pages.given_back import Back, back_to, give_back
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from store.people import chosen_passwords
from store.people.accounts import AccountRefused

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
ACCOUNTS, SECOND_FACTOR = "accounts", "second-factor"
Place = Annotated[str, Path(pattern=f"^({ACCOUNTS}|{SECOND_FACTOR})$")]
_LONGEST_FIELD, _LONGEST_ID = 500, 100


def demand_fresh(caller: Caller, place: str) -> None:
    """Send somebody who typed his password too long ago to type it again; then back to `place`."""
    if not caller.fresh:
        raise StepNeeded(f"/confirm/{place}")


async def demand_fresh_keeping(
    services: Services, caller: Caller, place: str, typed: Mapping[str, str]
) -> None:
    """As `demand_fresh`; what was typed stands in the form again afterwards."""
    if not caller.fresh:
        kept = await give_back(services, caller, f"/{place}", Refused("password_first"), typed)
        raise StepNeeded(f"/confirm/{place}?kept={_id_in(kept.headers['location'])}")


def _id_in(address: str) -> str:
    return address.partition("returned=")[2]


@router.get("/confirm/{place}")
async def ask(
    services: Ours, caller: PageUnready, back: Back, place: Place, kept: str = ""
) -> Response:
    """Ask for the password; `kept` is the form that waits for it."""
    error = back.refused.detail if back.refused else ""
    values = {"error": error, "place": place, "kept": back.fields.get("kept", kept)}
    return page(services, caller, "confirm.html", back.status, **values)


@router.post("/confirm/{place}")
async def confirm(request: Request, services: Ours, caller: PageUnready, place: Place) -> Response:
    """Take the password, and lead on to where it was asked for."""
    fields = await form_of(request, caller)
    typed, kept = fields.get("password", "")[:_LONGEST_FIELD], fields.get("kept", "")[:_LONGEST_ID]
    try:
        await chosen_passwords.confirm(services.db, caller.account, caller.cookie, typed)
    except AccountRefused as refused:
        again = Refused.by_rule(refused)
        return await give_back(services, caller, f"/confirm/{place}", again, {"kept": kept})
    if kept:
        return see_other(f"/{place}?returned={quote(kept, safe='')}")
    return back_to(f"/{place}", "password_confirmed" if place == ACCOUNTS else "")
