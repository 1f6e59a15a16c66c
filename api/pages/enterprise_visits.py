"""The three visits of an enterprise: entering, looking back, who still awaits one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi.responses import Response

from api.access import OFFICE, Ours, PageOfficer, PageReader
from api.errors import status_of
from api.forms import FORM_BYTES
from api.pages.frame import back_to, body_of, filled, form_of, page
from domain.catalogues.districts import valid_districts
from domain.enterprise_visits import VisitKind
from domain.local_time import day_of
from office import enterprise_visits as office
from office.caller import Caller
from office.enterprise_visits import VisitBody
from office.list_imports import LIST_BYTES
from office.once import usable_key
from office.plain_lists import read_list
from office.ports import Services
from office.refused import Refused
from office.typed import Line

router = APIRouter(include_in_schema=False)
HOME = "/enterprise-visits"


@router.get(HOME)
async def show(
    services: Ours, caller: PageReader, flash: Annotated[Line, Query()] = ""
) -> Response:
    """Show the visits, this year's figures, and the punished enterprises nobody visited since."""
    return await _page(services, caller, {}, flash=flash)


@router.post(HOME)
async def enter(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Enter a visit."""
    fields = filled(await form_of(request, caller))
    key = usable_key(fields.pop("key", ""))
    try:
        await office.enter(services, caller, key, [body_of(VisitBody, fields)])
    except Refused as refused:
        return await _page(services, caller, fields, refused=refused)
    return back_to(HOME, "到访记录已登记")


@router.post("/enterprise-visits/list", max_body_size=LIST_BYTES + FORM_BYTES)
async def enter_list(
    request: Request, services: Ours, caller: PageOfficer, file: Annotated[UploadFile, File()]
) -> Response:
    """Enter all visits of a workbook, or none of them."""
    key = usable_key((await form_of(request, caller, LIST_BYTES + FORM_BYTES)).pop("key", ""))
    try:
        bodies = await read_list(await file.read(), office.LIST, VisitBody)
        entered = await office.enter(services, caller, key, bodies)
    except Refused as refused:
        return await _page(services, caller, {}, refused=refused)
    return back_to(HOME, f"已登记{len(entered)}条到访记录")


@router.post("/enterprise-visits/{visit_id}/withdrawal")
async def take_back(
    request: Request, services: Ours, caller: PageOfficer, visit_id: str
) -> Response:
    """Take a visit back that was entered wrongly."""
    await form_of(request, caller)
    await office.take_back(services, caller, visit_id)
    return back_to(HOME, "到访记录已撤回")


async def _page(
    services: Services,
    caller: Caller,
    typed: Mapping[str, str],
    *,
    refused: Refused | None = None,
    flash: str = "",
) -> Response:
    today = day_of(services.clock())
    visits = await office.all_visits(services)
    return page(
        services,
        caller,
        "enterprise_visits.html",
        status_of(refused) if refused else 200,
        visits=[(one.visit_id, one.visit) for one in visits],
        figures=office.figures(visits, today.year),
        year=today.year,
        awaiting=await office.awaiting(services),
        kinds=[(kind.value, kind.label) for kind in VisitKind],
        unit_options=[(unit.code, unit.name) for unit in valid_districts(today)],
        may_enter=caller.role in OFFICE,
        typed=defaultdict(str, typed),
        refused=refused,
        flash=flash,
    )
