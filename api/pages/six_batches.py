"""The six batches 六个一批: the year's figures, and the names, which the administrator keeps."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import Ours, PageAdministrator, PageStaff
from api.gated_route import GatedRoute
from api.pages.frame import body_of, filled, form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back
from domain.local_time import day_of
from domain.roles import Role
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from office.registers import six_batches as office
from office.registers.register_changes import by_name
from office.registers.six_batches import NameBody
from store.people import accounts
from store.registers.register_changes import Register, latest

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
HOME = "/six-batches"
CHANGES_SHOWN = 50


@router.get(HOME)
async def show(
    services: Ours,
    caller: PageStaff,
    back: Back,
    year: Annotated[int | None, Query(ge=2024, le=2099)] = None,
) -> Response:
    """Show figures and names."""
    return await _page(services, caller, back, year)


async def _page(
    services: Services,
    caller: Caller,
    back: Returned,
    year: int | None = None,
) -> Response:
    chosen = year or day_of(services.clock()).year
    batches = await office.in_force(services)
    async with services.db.reading() as session:
        changes = await latest(session, Register.SIX_BATCHES, limit=CHANGES_SHOWN)
        names = await accounts.names(session)
    return page(
        services,
        caller,
        "six_batches.html",
        back.status,
        batches=batches,
        year=chosen,
        headings=[label for _, label in office.columns(batches)],
        rows=office.rows(await office.figures(services, chosen), batches),
        keeper=caller.role is Role.ADMINISTRATOR,
        changes=[(one, by_name(one, names)) for one in changes],
        refused=back.refused,
        flash=back.flash,
    )


@router.post(HOME)
async def rename(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """Name a batch."""
    fields = await form_of(request, caller)
    code = fields.pop("code", "")
    try:
        await office.rename(services, caller, code, body_of(NameBody, filled(fields)))
    except Refused as refused:
        return await give_back(services, caller, HOME, refused, fields)
    return back_to(HOME, "batch_renamed")
