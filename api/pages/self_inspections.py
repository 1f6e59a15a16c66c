"""The districts' own lists beside what the city transferred to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import OFFICE, Ours, PageOfficer, PageReader
from api.gated_route import GatedRoute
from api.pages.frame import body_of, filled, form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back
from api.pages.shown_once import ToShow, lead_to, shown
from domain.catalogues import key_objects
from domain.catalogues.districts import DISTRICTS, valid_districts
from domain.commands import RectificationState
from domain.local_time import day_of
from office.answering import own_list_links
from office.answering.own_list_links import OwnListLinkBody
from office.answering.self_inspections import entries
from office.caller import Caller
from office.once import usable_key
from office.ports import Services
from office.refused import Refused
from office.registers import six_batches
from office.typed import Line
from store.district import self_inspections
from store.district.self_inspections import EntryFilter

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
Text = Annotated[Line, Query()]
_STATES = {state.value: state for state in RectificationState}


@router.get("/self-inspections")
async def show(
    services: Ours,
    caller: PageReader,
    back: Back,
    once: ToShow,
    district: Text = "",
    key_object: Text = "",
    state: Text = "",
) -> Response:
    """Show the own lists, filtered, and once the link that was issued."""
    chosen = {"district": district, "key_object": key_object, "state": state}
    address = once.values[0] if once else ""
    return shown(await _page(services, caller, chosen, address, back), services, once)


@router.post("/self-inspections/links")
async def issue(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Issue a link to a district's own list, and lead to where it is shown once, to be handed over."""
    fields = filled(await form_of(request, caller))
    key = usable_key(fields.pop("key", ""))
    try:
        body = body_of(OwnListLinkBody, fields)
        _, address = await own_list_links.issue(services, caller, key, body)
    except Refused as refused:
        return await give_back(services, caller, "/self-inspections", refused, fields)
    return lead_to(services, caller, "/self-inspections", "address", address)


@router.post("/self-inspections/links/{link_id}/revocation")
async def revoke(request: Request, services: Ours, caller: PageOfficer, link_id: str) -> Response:
    """End a link at once."""
    key = usable_key(filled(await form_of(request, caller)).get("key"))
    await own_list_links.revoke(services, caller, key, link_id)
    return back_to("/self-inspections", "own_list_link_revoked")


async def _page(
    services: Services,
    caller: Caller,
    chosen: Mapping[str, str],
    address: str,
    back: Returned,
) -> Response:
    district, key_object, state = (chosen.get(n, "") for n in ("district", "key_object", "state"))
    wanted = EntryFilter(district=district, key_object=key_object, state=_STATES.get(state))
    async with services.db.reading() as session:
        beside = await self_inspections.beside(session)
    return page(
        services,
        caller,
        "self_inspections.html",
        back.status,
        links=await own_list_links.open_links(services),
        may_issue=caller.role in OFFICE,
        address=address,
        refused=back.refused,
        typed=defaultdict(str, back.fields),
        flash=back.flash,
        unit_options=[(u.code, u.name) for u in valid_districts(day_of(services.clock()))],
        entries=await entries(services, wanted),
        beside=[row for row in beside if district in ("", row.district)],
        chosen=defaultdict(str, chosen),
        filtered=any(chosen.values()),
        query=urlencode({name: value for name, value in chosen.items() if value}),
        districts=DISTRICTS,
        objects=key_objects.KEY_OBJECTS,
        slots=await six_batches.in_force(services),
        states=list(RectificationState),
    )
