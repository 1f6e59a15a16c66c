"""Running problems brought in by list, over REST: proposed by one person, approved by another."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import JSONResponse

from api.access import BroughtInApprover, Officer, Ours
from api.rest.answers import Key
from api.rest.strict import StrictRoute
from gateways.problem_list.refusals import Hidden
from office.once import claim_body
from office.registering.existing_lists import (
    LAST_LISTS,
    ExistingDecision,
    decide,
    find,
    list_view,
    previewed,
    propose,
    read_existing,
    rehearse,
)
from office.registering.list_imports import LIST_BYTES
from store import proposals
from store.tables import ExistingListRow

router = APIRouter(tags=["导入"], route_class=StrictRoute)


@router.get("/existing-lists")
async def show_all(services: Ours, _: Officer) -> dict[str, Any]:
    """提请登记的既有问题清单。承办人、审批人可用。"""
    async with services.db.reading() as session:
        rows = await proposals.recent(session, ExistingListRow, LAST_LISTS)
    return {"lists": [list_view(row) for row in rows]}


@router.post("/existing-lists", status_code=201, max_body_size=LIST_BYTES + 65_536)
async def put_forward(
    services: Ours,
    caller: Officer,
    key: Key,
    file: Annotated[UploadFile, File(description="既有问题清单（xlsx）")],
    dry_run: Annotated[bool, Form(description="只检查，不提请")] = False,
    hidden: Annotated[
        Hidden, Form(description="隐藏或筛选的行：ask 提示核对，take 一并登记，leave 不登记")
    ] = Hidden.ASK,
) -> JSONResponse:
    """提请登记在办的既有问题，由提请人以外的审批人员批准后开始办理；dry_run 只检查。承办人、审批人可用。"""
    content = await file.read()
    if dry_run:
        read = await read_existing(services, content, caller.actor, hidden)
        return JSONResponse((await rehearse(services, read)).document)
    row = await propose(services, caller, key, file.filename or "", content, hidden)
    shown = list_view(row) | {"proposed_at": row.proposed_at.isoformat(), "decided_at": None}
    return JSONResponse(shown | {"preview": previewed(row)}, 201)


@router.get("/existing-lists/{list_id}")
async def show(services: Ours, _: Officer, list_id: str) -> dict[str, Any]:
    """一份既有问题清单和提请时的检查结果；批准后的登记结果见同一编号的导入记录。承办人、审批人可用。"""
    row = await find(services, list_id)
    return list_view(row) | {"preview": previewed(row)}


@router.post("/existing-lists/{list_id}/decision")
async def settle(
    services: Ours, caller: BroughtInApprover, key: Key, list_id: str, body: ExistingDecision
) -> dict[str, Any]:
    """批准或不同意；批准后逐件登记，开始办理。提请人不得批准。审批人可用。"""
    await claim_body(services, caller, key, f"existing-lists/{list_id}", body)
    return list_view(await decide(services, list_id, body, caller.actor))
