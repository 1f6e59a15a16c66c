"""What was made public."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import Officer, Ours, Reader
from api.downloads import download
from api.rest.answers import Key
from api.rest.strict import StrictRoute
from domain.local_time import day_of
from office import publicity as office
from office.publicity import PublicityListBody, record_view

router = APIRouter(tags=["宣传引导"], route_class=StrictRoute)


@router.post("/publicity", status_code=201)
async def enter(
    services: Ours, caller: Officer, key: Key, body: PublicityListBody
) -> dict[str, Any]:
    """登记宣传引导、积极回应，可成批；有一条不合规则全部不登记。承办人、审批人可用。"""
    entered = await office.enter(services, caller, key, body.records)
    return {"records": [record_view(one) for one in entered]}


@router.get("/publicity")
async def listed(services: Ours, _: Reader, year: int | None = None) -> dict[str, Any]:
    """宣传台账和年度统计（按月、按媒体）。承办人、审批人、审计可用。"""
    found = await office.all_records(services)
    wanted = year or day_of(services.clock()).year
    return {
        "records": [record_view(one) for one in found],
        "year": wanted,
        "figures": office.figures(found, wanted),
    }


@router.post("/publicity/{record_id}/withdrawal")
async def take_back(services: Ours, caller: Officer, _: Key, record_id: str) -> dict[str, Any]:
    """撤回登记有误的记录，记录本身保留。承办人、审批人可用。"""
    await office.take_back(services, caller, record_id)
    return {"id": record_id, "taken_back": True}


@router.get("/exports/publicity.xlsx")
async def export(services: Ours, _: Reader) -> Response:
    """导出宣传台账。承办人、审批人、审计可用。"""
    return download(await office.publicity_workbook(services), "宣传引导和回应台账.xlsx")
