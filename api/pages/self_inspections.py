"""The districts' own lists beside what the city transferred to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import OFFICE, Ours, PageOfficer, PageReader
from api.errors import status_of
from api.gated_route import GatedRoute
from api.pages.frame import back_to, body_of, filled, form_of, page
from domain.catalogues import key_objects
from domain.catalogues.districts import DISTRICTS, valid_districts
from domain.commands import RectificationState
from domain.local_time import day_of
from office import own_list_links, six_batches
from office.caller import Caller
from office.once import usable_key
from office.own_list_links import OwnListLinkBody
from office.ports import Services
from office.refused import Refused
from office.self_inspections import entries
from office.typed import Line
from store import self_inspections
from store.self_inspections import EntryFilter

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
Text = Annotated[Line, Query()]
_STATES = {state.value: state for state in RectificationState}


@router.get("/self-inspections")
async def show(
    services: Ours,
    caller: PageReader,
    district: Text = "",
    key_object: Text = "",
    state: Text = "",
    flash: Text = "",
) -> Response:
    """Show the own lists, filtered."""
    return await _page(
        services,
        caller,
        {"district": district, "key_object": key_object, "state": state},
        flash=flash,
    )


@router.post("/self-inspections/links")
async def issue(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Issue a link to a district's own list, and show it to be handed over."""
    fields = filled(await form_of(request, caller))
    key = usable_key(fields.pop("key", ""))
    try:
        body = body_of(OwnListLinkBody, fields)
        _, address = await own_list_links.issue(services, caller, key, body)
    except Refused as refused:
        return await _page(services, caller, {}, refused=refused, typed=fields)
    return await _page(services, caller, {}, address=address, typed=fields)


@router.post("/self-inspections/links/{link_id}/revocation")
async def revoke(request: Request, services: Ours, caller: PageOfficer, link_id: str) -> Response:
    """End a link at once."""
    key = usable_key(filled(await form_of(request, caller)).get("key"))
    await own_list_links.revoke(services, caller, key, link_id)
    return back_to("/self-inspections", "链接已收回")


async def _page(
    services: Services,
    caller: Caller,
    chosen: Mapping[str, str],
    *,
    address: str = "",
    refused: Refused | None = None,
    typed: Mapping[str, str] | None = None,
    flash: str = "",
) -> Response:
    district, key_object, state = (chosen.get(n, "") for n in ("district", "key_object", "state"))
    wanted = EntryFilter(district=district, key_object=key_object, state=_STATES.get(state))
    async with services.db.reading() as session:
        beside = await self_inspections.beside(session)
    return page(
        services,
        caller,
        "self_inspections.html",
        status_of(refused) if refused else 200,
        links=await own_list_links.open_links(services),
        may_issue=caller.role in OFFICE,
        address=address,
        refused=refused,
        typed=defaultdict(str, typed or {}),
        flash=flash,
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
