"""Contacts: who is written to in each district and in the bureau."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Ours, PageContactApprover, PageOffice
from api.gated_route import GatedRoute
from api.pages.frame import body_of, filled, form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back
from domain.catalogues.districts import valid_districts
from domain.local_time import day_of
from domain.policy import POSITION_LABELS, Position
from domain.roles import SUPERVISORS
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from office.registers import contacts as office
from office.registers.contacts import ContactBody
from office.registers.register_changes import ACT_LABELS, by_name, contact_words, unit_name
from office.typed import Decision
from store.people import accounts
from store.registers import contacts
from store.registers.approvals import ApprovalState
from store.registers.reach import CITY
from store.registers.register_changes import Register, latest
from store.tables import ContactRow

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
CHANGES_SHOWN = 50
_LONGEST_NUMBER = 10


@router.get("/contacts")
async def show_all(services: Ours, caller: PageOffice, back: Back) -> Response:
    """Show every contact, what awaits approval, what changed, and where nobody is known."""
    return await _all(services, caller, back)


async def _all(
    services: Services,
    caller: Caller,
    back: Returned,
) -> Response:
    units = valid_districts(day_of(services.clock()))
    async with services.db.reading() as session:
        rows = await contacts.active(session)
        changes = await latest(session, Register.CONTACTS, limit=CHANGES_SHOWN)
        names = await accounts.names(session)
    approved = [row for row in rows if row.state == ApprovalState.APPROVED]
    by_unit = {code: list(group) for code, group in groupby(approved, key=lambda row: row.district)}
    return page(
        services,
        caller,
        "contacts.html",
        back.status,
        waiting=[row for row in rows if row.state == ApprovalState.PENDING],
        may_decide=lambda row: caller.role in SUPERVISORS and caller.account.id != row.entered_by,
        groups=[(unit_name(code), found) for code, found in by_unit.items()],
        without=[unit for unit in units if not _has_handler(by_unit.get(unit.code, []))],
        units=[(CITY, "市级"), *((unit.code, unit.name) for unit in units)],
        unit_name=unit_name,
        positions=[(one.value, POSITION_LABELS[one]) for one in Position],
        label=lambda value: POSITION_LABELS[Position(value)],
        names=names,
        changes=[
            (one, ACT_LABELS[one.act], contact_words(one), by_name(one, names)) for one in changes
        ],
        typed=defaultdict(str, back.fields),
        refused=back.refused,
        flash=back.flash,
    )


def _has_handler(rows: list[ContactRow]) -> bool:
    return any(row.position == Position.HANDLER for row in rows)


@router.post("/contacts")
async def enter(request: Request, services: Ours, caller: PageOffice) -> Response:
    """Enter a contact."""
    fields = await form_of(request, caller)
    fields.pop("key", "")
    try:
        await office.add(services, caller, body_of(ContactBody, filled(fields)))
    except Refused as refused:
        return await give_back(services, caller, "/contacts", refused, fields)
    return back_to("/contacts", "contact_entered")


@router.post("/contacts/decide")
async def decide(request: Request, services: Ours, caller: PageContactApprover) -> Response:
    """Approve or decline a contact that another person entered."""
    fields = await form_of(request, caller)
    contact_id = _number(fields.pop("id", ""))
    try:
        body = body_of(Decision, filled(fields))
        await office.decide(services, caller, contact_id, body)
    except Refused as refused:
        return await give_back(services, caller, "/contacts", refused)
    if body.decision == "decline":
        return back_to("/contacts", "contact_declined")
    return back_to("/contacts", "contact_approved")


@router.post("/contacts/retire")
async def retire(request: Request, services: Ours, caller: PageOffice) -> Response:
    """Write to a contact no more."""
    fields = await form_of(request, caller)
    try:
        number, links = _number(fields.get("id", "")), "links" in fields
        await office.retire(services, caller, number, take_back_links=links)
    except Refused as refused:
        return await give_back(services, caller, "/contacts", refused)
    return back_to("/contacts", "contact_retired")


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and len(text) < _LONGEST_NUMBER):
        raise Refused("invalid_request")
    return int(text)
