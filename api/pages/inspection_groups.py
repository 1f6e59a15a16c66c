"""Inspection groups: the office looks, the administrator keeps the register."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Ours, PageAdministrator, PageOffice
from api.forms import many_of
from api.gated_route import GatedRoute
from api.pages.frame import body_of, filled, form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back
from domain.catalogues.districts import valid_districts
from domain.inspection_groups import MemberKind, home_districts
from domain.local_time import day_of
from domain.roles import Role
from office.caller import Caller
from office.once import usable_key
from office.ports import Services
from office.refused import Refused, allowed
from office.registers.inspection_groups import GroupBody, InspectorBody, add_inspector, form_group
from store.registers import inspection_groups as register

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
HOME = "/inspection-groups"


@router.get(HOME)
async def show(services: Ours, caller: PageOffice, back: Back) -> Response:
    """Show groups and people."""
    return await _page(services, caller, back)


async def _page(services: Services, caller: Caller, back: Returned) -> Response:
    async with services.db.reading() as session:
        groups = await register.groups(session)
        people = await register.inspectors(session)
    return page(
        services,
        caller,
        "inspection_groups.html",
        back.status,
        groups=groups,
        homes={group.group_id: home_districts(group.members) for group in groups},
        people=people,
        kinds=list(MemberKind),
        districts=valid_districts(day_of(services.clock())),
        keeper=caller.role is Role.ADMINISTRATOR,
        refused=back.refused,
        flash=back.flash,
    )


@router.post(f"{HOME}/people")
async def add(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """Put somebody on the register."""
    fields = await form_of(request, caller)
    key = usable_key(fields.pop("key", ""))
    try:
        await add_inspector(services, caller, key, body_of(InspectorBody, filled(fields)))
    except Refused as refused:
        return await give_back(services, caller, HOME, refused)
    return back_to(HOME, "inspector_entered")


@router.post(f"{HOME}/people/strike")
async def strike(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """Take somebody off the register."""
    fields = await form_of(request, caller)
    inspector_id, by_id = fields.get("inspector", ""), caller.account.id
    try:
        await allowed(register.strike_inspector(services.db, inspector_id, by_id))
    except Refused as refused:
        return await give_back(services, caller, HOME, refused)
    return back_to(HOME, "inspector_struck")


@router.post(HOME)
async def form(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """Form a group."""
    fields = await form_of(request, caller)
    key = usable_key(fields.pop("key", ""))
    try:
        chosen = {
            "name": fields.get("name", ""),
            "members": many_of(await request.form(), "member"),
        }
        await form_group(services, caller, key, body_of(GroupBody, chosen))
    except Refused as refused:
        return await give_back(services, caller, HOME, refused)
    return back_to(HOME, "group_formed")


@router.post(f"{HOME}/members")
async def set_members(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """Change who belongs to a group, or dissolve it."""
    fields = await form_of(request, caller)
    group_id, by_id = fields.get("group", ""), caller.account.id
    try:
        if fields.get("act") == "dissolve":
            await allowed(register.dissolve(services.db, group_id, by_id))
            return back_to(HOME, "group_dissolved")
        members = many_of(await request.form(), "member")
        await allowed(register.set_members(services.db, group_id, members, by_id))
    except Refused as refused:
        return await give_back(services, caller, HOME, refused)
    return back_to(HOME, "group_changed")
