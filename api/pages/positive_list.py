"""The positive list 监督执法正面清单: entered, approved by a second person, left."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from api.access import OFFICE, Ours, PageListingApprover, PageOfficer, PageReader
from api.forms import FORM_BYTES, many_of
from api.gated_route import GatedRoute
from api.pages.frame import body_of, filled, form_of, page
from api.pages.given_back import NOTHING, Back, Returned, back_to, give_back
from domain.catalogues.districts import valid_districts
from domain.local_time import day_of
from domain.roles import SUPERVISORS
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from office.registering.list_imports import LIST_BYTES
from office.registers import positive_list as office
from office.registers.positive_list import (
    COLUMNS,
    ListingBody,
    ListingsDecisionBody,
    ListResult,
)
from office.typed import ReasonBody
from store.people import accounts
from store.registers.approvals import ApprovalState

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
HOME = "/positive-list"


@router.get(HOME)
async def show(services: Ours, caller: PageReader, back: Back) -> Response:
    """Show the list, and what awaits approval."""
    return await _page(services, caller, back)


async def _page(
    services: Services,
    caller: Caller,
    back: Returned = NOTHING,
    *,
    result: ListResult | None = None,
) -> Response:
    today = day_of(services.clock())
    rows = await office.entries(services)
    async with services.db.reading() as session:
        names = await accounts.names(session)
    waiting = [row for row in rows if row.state == ApprovalState.PENDING and not row.left_on]
    return page(
        services,
        caller,
        "positive_list.html",
        back.status,
        waiting=waiting,
        decides=caller.role in SUPERVISORS,
        mine=caller.account.id,
        approved=[row for row in rows if row.state == ApprovalState.APPROVED],
        keeper=caller.role in OFFICE,
        names=names,
        unit_options=[(unit.code, unit.name) for unit in valid_districts(today)],
        columns=COLUMNS.columns,
        typed=defaultdict(str, {"from_on": today.isoformat()} | dict(back.fields)),
        result=result,
        refused=back.refused,
        flash=back.flash,
    )


@router.post(HOME)
async def enter(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Enter one enterprise."""
    fields = await form_of(request, caller)
    try:
        await office.enter(services, caller, body_of(ListingBody, filled(fields)))
    except Refused as refused:
        return await give_back(services, caller, HOME, refused, fields)
    return back_to(HOME, "listing_entered")


@router.post(f"{HOME}/workbook", max_body_size=LIST_BYTES + FORM_BYTES)
async def enter_list(
    request: Request, services: Ours, caller: PageOfficer, file: Annotated[UploadFile, File()]
) -> Response:
    """Enter a workbook, and show what became of its rows."""
    await form_of(request, caller, LIST_BYTES + FORM_BYTES)
    try:
        result = await office.enter_list(services, caller, await file.read())
    except Refused as refused:
        return await give_back(services, caller, HOME, refused)
    return await _page(services, caller, result=result)


@router.post(f"{HOME}/decide")
async def decide(request: Request, services: Ours, caller: PageListingApprover) -> Response:
    """Approve or decline the chosen entries."""
    fields = await form_of(request, caller)
    chosen = many_of(await request.form(), "id")
    values = {name: fields[name] for name in ("decision", "reason") if fields.get(name)}
    try:
        await office.decide(
            services, caller, body_of(ListingsDecisionBody, {**values, "ids": chosen})
        )
    except Refused as refused:
        return await give_back(services, caller, HOME, refused)
    return back_to(HOME, "decided")


@router.post(f"{HOME}/leave")
async def take_off(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Take an enterprise off before its time."""
    fields = await form_of(request, caller)
    number = fields.pop("id", "")
    try:
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            raise Refused("invalid_request")
        await office.take_off(services, caller, int(number), body_of(ReasonBody, filled(fields)))
    except Refused as refused:
        return await give_back(services, caller, HOME, refused)
    return back_to(HOME, "listing_left")
