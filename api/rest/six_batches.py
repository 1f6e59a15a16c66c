"""The six batches 六个一批: names and figures."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.access import Administrator, Ours, Staff
from api.rest.answers import Year
from api.rest.strict import StrictRoute
from domain.local_time import day_of
from office.registers import six_batches as office
from office.registers.six_batches import NameBody, batches_view

router = APIRouter(tags=["六个一批"], route_class=StrictRoute)


@router.get("/six-batches")
async def show(services: Ours, _: Staff, year: Year = None) -> dict[str, Any]:
    """“六个一批”的名称，及各区县年度移交问题的分类数量。承办人、审批人、核查人员、管理员可用。"""
    chosen = year or day_of(services.clock()).year
    counted = await office.figures(services, chosen)
    return batches_view(await office.in_force(services), chosen, counted)


@router.put("/six-batches/{code}")
async def rename(
    services: Ours, caller: Administrator, code: str, body: NameBody
) -> dict[str, Any]:
    """设定一个分类的名称，代码不变；变更见 /register-changes。管理员可用。"""
    one = (await office.rename(services, caller, code, body)).by_code(code)
    return {"code": one.code, "number": one.number, "name": one.short, "label": one.label}
