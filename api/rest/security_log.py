"""What happened at the doors."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from api.access import Ours, Watcher
from api.downloads import attachment
from api.rest.strict import StrictRoute
from office import security_log as office
from store.people import accounts, security_log
from store.people.security_log import Happened

router = APIRouter(tags=["账号与安全"], route_class=StrictRoute)


@router.get("/security-log")
async def show(
    services: Ours,
    _: Watcher,
    what: Happened | None = None,
    before: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """登录、失败、拒绝及账号、联系人、令牌变更的安全日志，最近的在前。

    before 填上一页最后的 id。核查人员、管理员可用。
    """
    async with services.db.reading() as session:
        found = await security_log.latest(session, before=before, what=what, limit=limit)
        names = await accounts.names(session)
    return {"entries": [office.entry_view(one, names) for one in found]}


@router.get("/exports/security-log.csv")
async def export(services: Ours, _: Watcher) -> Response:
    """导出全部安全日志（CSV）。核查人员、管理员可用。"""
    return StreamingResponse(
        office.as_csv(services),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": attachment("安全日志.csv")},
    )


@router.get("/exports/security-log.jsonl")
async def export_lines(services: Ours, _: Watcher) -> Response:
    """导出全部安全日志，每行一个 JSON 对象，供日志系统读取。核查人员、管理员可用。"""
    return StreamingResponse(
        office.as_json_lines(services),
        media_type="application/x-ndjson; charset=utf-8",
        headers={"Content-Disposition": attachment("安全日志.jsonl")},
    )
