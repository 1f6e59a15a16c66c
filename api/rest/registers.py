"""Every register kept by list over REST: the same routes each, made from its declaration."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import Officer, Ours, Reader
from api.downloads import download
from api.rest.answers import Key, Year
from api.rest.strict import StrictRoute
from office.registers import REGISTERS, keeping
from office.registers.register import Register
from office.typed import Line, Typed

_OFFICE, _READERS = "承办人、审批人可用。", "承办人、审批人、核查人员可用。"


def _offer(router: APIRouter, register: Register[Any]) -> None:
    async def enter(services: Ours, caller: Officer, key: Key, body: Typed) -> dict[str, Any]:
        bodies = getattr(body, register.many)
        entered = await keeping.enter(services, caller, key, register, bodies)
        return {
            register.many: [keeping.entered_view(one) | {"known": one.known} for one in entered]
        }

    async def listed(
        services: Ours, _: Reader, district: Annotated[Line, Query()] = "", year: Year = None
    ) -> dict[str, Any]:
        return await keeping.document(services, register, district, year)

    async def take_back(services: Ours, caller: Officer, _: Key, entry_id: str) -> dict[str, Any]:
        await keeping.take_back(services, caller, register, entry_id)
        return {"id": entry_id, "taken_back": True}

    async def export(services: Ours, _: Reader) -> Response:
        content = await keeping.register_workbook(services, register)
        return download(content, f"{register.export}.xlsx")

    # The framework reads the types of what it calls here; the body differs from register to register.
    enter.__annotations__["body"] = register.bodies
    home, entry, what = f"/{register.address}", register.entry, register.columns.what
    told = f"登记{entry}，可成批；有一条不合规则全部不登记，与已登记的相同的不重复登记（known）。{_OFFICE}"
    router.post(home, status_code=201, description=told)(enter)
    left = f"、{register.outstanding.title}" if register.outstanding else ""
    router.get(home, description=f"{what}、年度统计{left}。{_READERS}")(listed)
    told = f"撤回登记有误的{entry}，记录本身保留。{_OFFICE}"
    router.post(f"{home}/{{entry_id}}/withdrawal", description=told)(take_back)
    told = f"导出{what}{left}。{_READERS}"
    router.get(f"/exports{home}.xlsx", description=told)(export)


def _router(register: Register[Any]) -> APIRouter:
    router = APIRouter(tags=[register.title], route_class=StrictRoute)
    _offer(router, register)
    return router


router = APIRouter()
for _register in REGISTERS:
    router.include_router(_router(_register))
