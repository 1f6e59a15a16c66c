"""Inspectors and inspection groups."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.access import Administrator, Office, Ours
from api.downloads import download
from api.rest.answers import API, Key
from api.rest.strict import StrictRoute
from office.refused import allowed
from office.registers.inspection_groups import (
    GroupBody,
    InspectorBody,
    MembersBody,
    add_inspector,
    form_group,
    group_view,
    groups_workbook,
    member_view,
)
from store.registers import inspection_groups as register

router = APIRouter(tags=["执法帮扶组"], route_class=StrictRoute)


@router.get("/inspectors")
async def inspectors(services: Ours, _: Office) -> dict[str, Any]:
    """执法帮扶人员名册（含专家）。承办人、审批人、管理员可用。"""
    async with services.db.reading() as session:
        found = await register.inspectors(session)
    return {"inspectors": [member_view(member) for member in found]}


@router.post("/inspectors", status_code=201)
async def add(services: Ours, caller: Administrator, key: Key, body: InspectorBody) -> JSONResponse:
    """登记执法帮扶人员。管理员可用。"""
    return JSONResponse(member_view(await add_inspector(services, caller, key, body)), 201)


@router.delete("/inspectors/{inspector_id}", status_code=204)
async def strike(services: Ours, caller: Administrator, inspector_id: str) -> Response:
    """人员调离：移出名册和所在执法帮扶组，历史保留。管理员可用。"""
    await allowed(register.strike_inspector(services.db, inspector_id, caller.account.id))
    return Response(status_code=204)


@router.get("/inspection-groups")
async def groups(services: Ours, _: Office) -> dict[str, Any]:
    """现有执法帮扶组及其人员。承办人、审批人、管理员可用。"""
    async with services.db.reading() as session:
        found = await register.groups(session)
    return {"inspection_groups": [group_view(group) for group in found]}


@router.post("/inspection-groups", status_code=201)
async def form(services: Ours, caller: Administrator, key: Key, body: GroupBody) -> JSONResponse:
    """组建执法帮扶组。管理员可用。"""
    formed = await form_group(services, caller, key, body)
    location = {"Location": f"{API}/inspection-groups/{formed.group_id}"}
    return JSONResponse(group_view(formed), 201, location)


@router.put("/inspection-groups/{group_id}/members")
async def set_members(
    services: Ours, caller: Administrator, group_id: str, body: MembersBody
) -> dict[str, Any]:
    """调整执法帮扶组人员：提交的即为全部人员。管理员可用。"""
    by_id = caller.account.id
    changed = register.set_members(services.db, group_id, body.members, by_id)
    return group_view(await allowed(changed))


@router.delete("/inspection-groups/{group_id}", status_code=204)
async def dissolve(services: Ours, caller: Administrator, group_id: str) -> Response:
    """解散执法帮扶组，历史保留。管理员可用。"""
    await allowed(register.dissolve(services.db, group_id, caller.account.id))
    return Response(status_code=204)


@router.get("/exports/inspection-groups.xlsx")
async def export(services: Ours, _: Office) -> Response:
    """导出执法帮扶组人员及费用承担（不含电话）。承办人、审批人、管理员可用。"""
    return download(await groups_workbook(services), "执法帮扶组人员及费用承担.xlsx")
