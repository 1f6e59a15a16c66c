"""Contacts: who is written to in each district and in the bureau."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Ours, PageOffice
from api.errors import status_of
from api.pages.frame import back_to, body_of, filled, form_of, page
from domain.catalogues.districts import valid_districts
from domain.local_time import day_of
from domain.policy import POSITION_LABELS, Position
from office.caller import Caller
from office.contacts import ContactBody, add, unit_name
from office.ports import Services
from office.refused import Refused
from store import contacts
from store.contacts import BUREAU_POSITIONS, CITY
from store.tables import ContactRow

router = APIRouter(include_in_schema=False)


@router.get("/contacts")
async def show_all(services: Ours, caller: PageOffice, flash: str = "") -> Response:
    """Show every contact, and the districts where nobody is known."""
    return await _all(services, caller, {}, flash=flash[:200])


async def _all(
    services: Services,
    caller: Caller,
    typed: Mapping[str, str],
    *,
    flash: str = "",
    refused: Refused | None = None,
) -> Response:
    units = valid_districts(day_of(services.clock()))
    async with services.db.reading() as session:
        rows = await contacts.active(session)
    by_unit = {code: list(group) for code, group in groupby(rows, key=lambda row: row.district)}
    return page(
        services,
        caller,
        "contacts.html",
        status_of(refused) if refused else 200,
        groups=[(unit_name(code), found) for code, found in by_unit.items()],
        without=[unit for unit in units if not _has_handler(by_unit.get(unit.code, []))],
        units=[(CITY, "市级"), *((unit.code, unit.name) for unit in units)],
        positions=[(one.value, POSITION_LABELS[one]) for one in Position],
        label=lambda value: POSITION_LABELS[Position(value)],
        bureau=BUREAU_POSITIONS,
        typed=defaultdict(str, typed),
        refused=refused,
        flash=flash,
    )


def _has_handler(rows: list[ContactRow]) -> bool:
    return any(row.position == Position.HANDLER for row in rows)


@router.post("/contacts")
async def enter(request: Request, services: Ours, caller: PageOffice) -> Response:
    """Enter a contact."""
    fields = await form_of(request, caller)
    fields.pop("key", "")
    try:
        await add(services, body_of(ContactBody, filled(fields)))
    except Refused as refused:
        return await _all(services, caller, fields, refused=refused)
    return back_to("/contacts", "联系人已登记；如有通知未送达，请在问题页面“重新送达”")


@router.post("/contacts/retire")
async def retire(request: Request, services: Ours, caller: PageOffice) -> Response:
    """Write to a contact no more."""
    fields = await form_of(request, caller)
    number = fields.get("id", "")
    if not number.isdecimal():
        raise Refused("invalid_request")
    await contacts.retire(services.db, int(number))
    return back_to("/contacts", "联系人已停用")
