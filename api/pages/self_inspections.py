"""The districts' own lists beside what the city transferred to them."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import Ours, PageReader
from api.pages.frame import page
from domain.catalogues import key_objects
from domain.catalogues.districts import DISTRICTS
from domain.commands import RectificationState
from office import six_batches
from office.self_inspections import entries
from office.typed import Line
from store import self_inspections
from store.self_inspections import EntryFilter

router = APIRouter(include_in_schema=False)
Text = Annotated[Line, Query()]
_STATES = {state.value: state for state in RectificationState}


@router.get("/self-inspections")
async def show(
    services: Ours, caller: PageReader, district: Text = "", key_object: Text = "", state: Text = ""
) -> Response:
    """Show the own lists, filtered."""
    wanted = EntryFilter(district=district, key_object=key_object, state=_STATES.get(state))
    async with services.db.reading() as session:
        beside = await self_inspections.beside(session)
    chosen = {"district": district, "key_object": key_object, "state": state}
    return page(
        services,
        caller,
        "self_inspections.html",
        entries=await entries(services, wanted),
        beside=[row for row in beside if district in ("", row.district)],
        chosen=chosen,
        filtered=any(chosen.values()),
        query=urlencode({name: value for name, value in chosen.items() if value}),
        districts=DISTRICTS,
        objects=key_objects.KEY_OBJECTS,
        slots=await six_batches.in_force(services),
        states=list(RectificationState),
    )
