"""What was made public: entering it, by hand or by list, and looking back."""

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
from domain.local_time import day_of
from domain.publicity import PublicityKind
from office import publicity as office
from office.caller import Caller
from office.list_imports import LIST_BYTES
from office.once import usable_key
from office.plain_lists import read_list
from office.ports import Services
from office.publicity import PublicityBody
from office.refused import Refused
from office.typed import Line

router = APIRouter(include_in_schema=False)
HOME = "/publicity"


@router.get(HOME)
async def show(
    services: Ours, caller: PageReader, flash: Annotated[Line, Query()] = ""
) -> Response:
    """Show what was made public, and this year's figures."""
    return await _page(services, caller, {}, flash=flash)


@router.post(HOME)
async def enter(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Enter a publication."""
    fields = filled(await form_of(request, caller))
    key = usable_key(fields.pop("key", ""))
    try:
        await office.enter(services, caller, key, [body_of(PublicityBody, fields)])
    except Refused as refused:
        return await _page(services, caller, fields, refused=refused)
    return back_to(HOME, "宣传记录已登记")


@router.post("/publicity/list", max_body_size=LIST_BYTES + FORM_BYTES)
async def enter_list(
    request: Request, services: Ours, caller: PageOfficer, file: Annotated[UploadFile, File()]
) -> Response:
    """Enter all publications of a workbook, or none of them."""
    key = usable_key((await form_of(request, caller, LIST_BYTES + FORM_BYTES)).pop("key", ""))
    try:
        bodies = await read_list(await file.read(), office.LIST, PublicityBody)
        entered = await office.enter(services, caller, key, bodies)
    except Refused as refused:
        return await _page(services, caller, {}, refused=refused)
    return back_to(HOME, f"已登记{len(entered)}条宣传记录")


@router.post("/publicity/{record_id}/withdrawal")
async def take_back(
    request: Request, services: Ours, caller: PageOfficer, record_id: str
) -> Response:
    """Take a record back that was entered wrongly."""
    await form_of(request, caller)
    await office.take_back(services, caller, record_id)
    return back_to(HOME, "宣传记录已撤回")


async def _page(
    services: Services,
    caller: Caller,
    typed: Mapping[str, str],
    *,
    refused: Refused | None = None,
    flash: str = "",
) -> Response:
    today = day_of(services.clock())
    records = await office.all_records(services)
    return page(
        services,
        caller,
        "publicity.html",
        status_of(refused) if refused else 200,
        records=[(one.record_id, one.record) for one in records],
        figures=office.figures(records, today.year),
        year=today.year,
        kinds=[(kind.value, kind.label) for kind in PublicityKind],
        unit_options=[(unit.code, unit.name) for unit in valid_districts(today)],
        may_enter=caller.role in OFFICE,
        typed=defaultdict(str, typed),
        refused=refused,
        flash=flash,
    )
