"""The page of every register kept by list: entering singly or by list, taking back, looking back."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from api.access import OFFICE, Ours, PageOfficer, PageReader
from api.forms import FORM_BYTES
from api.gated_route import GatedRoute
from api.pages.frame import body_of, filled, form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back, say_at
from domain.catalogues.districts import valid_districts
from domain.local_time import day_of
from office.caller import Caller
from office.once import usable_key
from office.ports import Services
from office.refused import Refused
from office.registering.list_imports import LIST_BYTES
from office.registers import REGISTERS, keeping
from office.registers.lists import read_whole
from office.registers.register import Register

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


def _offer(register: Register[Any]) -> None:
    home = f"/{register.address}"

    @router.get(home)
    async def show(services: Ours, caller: PageReader, back: Back) -> Response:
        return await _page(services, caller, register, back)

    @router.post(home)
    async def enter(request: Request, services: Ours, caller: PageOfficer) -> Response:
        fields = filled(await form_of(request, caller))
        key = usable_key(fields.pop("key", ""))
        try:
            body = body_of(register.columns.body, fields)
            (one,) = await keeping.enter(services, caller, key, register, [body])
        except Refused as refused:
            return await give_back(services, caller, home, refused, fields)
        return back_to(home, f"{register.address}-{'known' if one.known else 'made'}")

    @router.post(f"{home}/{{entry_id}}/withdrawal")
    async def take_back(
        request: Request, services: Ours, caller: PageOfficer, entry_id: str
    ) -> Response:
        await form_of(request, caller)
        await keeping.take_back(services, caller, register, entry_id)
        return back_to(home, f"{register.address}-withdrawn")


def _offer_list(register: Register[Any]) -> None:
    home, entry = f"/{register.address}", register.entry

    @router.post(f"{home}/list", max_body_size=LIST_BYTES + FORM_BYTES)
    async def enter_list(
        request: Request, services: Ours, caller: PageOfficer, file: Annotated[UploadFile, File()]
    ) -> Response:
        key = usable_key((await form_of(request, caller, LIST_BYTES + FORM_BYTES)).pop("key", ""))
        try:
            read = await read_whole(await file.read(), register.columns)
            entered = await keeping.enter(services, caller, key, register, read.bodies)
        except Refused as refused:
            return await give_back(services, caller, home, refused)
        known = sum(one.known for one in entered)
        told = [f"已登记{len(entered) - known}条{entry}"]
        told += [f"{known}条与已登记的相同，未重复登记"] if known else []
        told += [f"未读取：{'、'.join(read.unread)}"] if read.unread else []
        return await say_at(services, caller, home, "；".join(told))


for _register in REGISTERS:
    _offer(_register)
    _offer_list(_register)


async def _page(
    services: Services,
    caller: Caller,
    register: Register[Any],
    back: Returned,
) -> Response:
    today = day_of(services.clock())
    entered = await keeping.standing(services, register)
    left = register.outstanding
    return page(
        services,
        caller,
        "register.html",
        back.status,
        here_is=f"/{register.address}",
        register=register,
        entered=[(one.entry_id, one.entry) for one in entered],
        figures=register.figures.count((one.entry for one in entered), today.year),
        year=today.year,
        left=await left.find(services) if left else (),
        unit_options=[(unit.code, unit.name) for unit in valid_districts(today)],
        may_enter=caller.role in OFFICE,
        typed=defaultdict(str, {register.kept.day: today.isoformat()} | dict(back.fields)),
        refused=back.refused,
        flash=back.flash,
    )
