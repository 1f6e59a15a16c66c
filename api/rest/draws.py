"""Random draws: announce, draw, and everything needed to check them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.access import Drawer, Ours, Reader
from api.downloads import download
from api.rest.answers import API, Key
from api.rest.strict import StrictRoute
from domain.roles import Role
from office.once import claim_body
from office.registers.draws import (
    DrawBody,
    SeedBody,
    announce,
    conclude,
    draw_view,
    draw_workbook,
    enter,
    names_of_people,
    summary_view,
    the_draw,
)
from store.registers import draws

router = APIRouter(tags=["双随机"], route_class=StrictRoute)


@router.get("/draws")
async def recent(services: Ours, _: Reader) -> dict[str, Any]:
    """双随机抽取，新的在前。承办人、审批人、核查人员可用。"""
    async with services.db.reading() as session:
        found = await draws.recent(session)
    return {"draws": [summary_view(draw) for draw in found]}


@router.post("/draws", status_code=201)
async def announce_draw(services: Ours, caller: Drawer, key: Key, body: DrawBody) -> JSONResponse:
    """公布一次抽取：固定候选名单、权重和人员，并指明以后公布的哪个数值为种子。承办人、审批人可用。"""
    made = await announce(services, caller, key, body)
    location = {"Location": f"{API}/draws/{made.announcement.draw_id}"}
    return JSONResponse(draw_view(made), 201, location)


@router.get("/draws/{draw_id}")
async def read(services: Ours, _: Reader, draw_id: str) -> JSONResponse:
    """一次抽取的完整记录，可用 bihuan draw verify 核对。承办人、审批人、核查人员可用。"""
    draw = await the_draw(services, draw_id)
    name = f"attachment; filename={draw.announcement.draw_id}.json"
    content = draw_view(draw)
    return JSONResponse(content, headers={"Content-Disposition": name})


@router.post("/draws/{draw_id}/result")
async def conclude_draw(
    services: Ours, caller: Drawer, key: Key, draw_id: str, body: SeedBody
) -> JSONResponse:
    """录入已公布的种子并抽取，结果登记到各问题；同一种子重复提交结果不变。承办人、审批人可用。"""
    await claim_body(services, caller, key, f"draws/{draw_id}/result", body)
    draw = await conclude(services, caller, draw_id, body)
    entered = [
        {
            "problem_no": one.problem_no,
            "recorded": not one.code,
            "code": one.code,
            "detail": one.message,
        }
        for one in await enter(services, caller, draw)
    ]
    return JSONResponse({**draw_view(draw), "entered": entered})


@router.get("/exports/draws/{draw_id}.xlsx")
async def export(services: Ours, caller: Reader, draw_id: str) -> Response:
    """导出一次抽取；检查人员姓名仅承办人、审批人可见。承办人、审批人、核查人员可用。"""
    draw = await the_draw(services, draw_id)
    names = {} if caller.role is Role.AUDITOR else await names_of_people(services)
    return download(await draw_workbook(draw, names), f"双随机抽取-{draw_id}.xlsx")
