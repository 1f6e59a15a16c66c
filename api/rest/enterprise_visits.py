"""The three visits of an enterprise."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import Officer, Ours, Reader
from api.downloads import download
from api.rest.answers import Key
from api.rest.strict import StrictRoute
from domain.local_time import day_of
from office import enterprise_visits as office
from office.enterprise_visits import VisitsBody, visit_view
from office.typed import Line

router = APIRouter(tags=["帮扶执法回访"], route_class=StrictRoute)


@router.post("/enterprise-visits", status_code=201)
async def enter(services: Ours, caller: Officer, key: Key, body: VisitsBody) -> dict[str, Any]:
    """登记体检式帮扶、手术刀式执法、康复式回访，可成批；有一条不合规则全部不登记。承办人、审批人可用。"""
    entered = await office.enter(services, caller, key, body.visits)
    return {"visits": [visit_view(one) for one in entered]}


@router.get("/enterprise-visits")
async def listed(
    services: Ours, _: Reader, district: Annotated[Line, Query()] = "", year: int | None = None
) -> dict[str, Any]:
    """到访台账、年度统计，以及上一年度以来已处罚、销号而尚未康复式回访的企业。承办人、审批人、审计可用。"""
    found = await office.all_visits(services, district)
    wanted = year or day_of(services.clock()).year
    return {
        "visits": [visit_view(one) for one in found],
        "year": wanted,
        "figures": office.figures(found, wanted),
        "awaiting_recovery": [
            {
                "problem_no": one.problem_no,
                "district": one.district,
                "enterprise": one.enterprise,
                "since": one.since.isoformat(),
            }
            for one in await office.awaiting(services)
            if district in ("", one.district)
        ],
    }


@router.post("/enterprise-visits/{visit_id}/withdrawal")
async def take_back(services: Ours, caller: Officer, _: Key, visit_id: str) -> dict[str, Any]:
    """撤回登记有误的到访记录，记录本身保留。承办人、审批人可用。"""
    await office.take_back(services, caller, visit_id)
    return {"id": visit_id, "taken_back": True}


@router.get("/exports/enterprise-visits.xlsx")
async def export(services: Ours, _: Reader) -> Response:
    """导出到访台账和待回访清单。承办人、审批人、审计可用。"""
    return download(await office.visits_workbook(services), "企业帮扶执法回访台账.xlsx")
