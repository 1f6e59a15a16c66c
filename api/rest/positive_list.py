"""The positive list 监督执法正面清单."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import Response

from api.access import ListingApprover, Officer, Ours, Reader
from api.downloads import download
from api.rest.answers import Key, RowNumber
from api.rest.strict import StrictRoute
from office.once import claim_body, claim_key
from office.registering.list_imports import LIST_BYTES
from office.registers import positive_list as office
from office.registers.positive_list import (
    ListingBody,
    ListingsDecisionBody,
    listing_view,
)
from office.typed import ReasonBody

router = APIRouter(tags=["正面清单"], route_class=StrictRoute)


@router.get("/positive-list")
async def show(services: Ours, _: Reader) -> dict[str, Any]:
    """监督执法正面清单，含待审批的（见 state）和已移出的。承办人、审批人、核查人员可用。"""
    return {"enterprises": [listing_view(row) for row in await office.entries(services)]}


@router.post("/positive-list", status_code=201)
async def enter(services: Ours, caller: Officer, key: Key, body: ListingBody) -> dict[str, Any]:
    """登记列入正面清单的企业；经登记人以外的审批人员批准后生效。承办人、审批人可用。"""
    await claim_body(services, caller, key, "positive-list", body)
    return listing_view(await office.enter(services, caller, body))


@router.post("/positive-list/workbook", status_code=201, max_body_size=LIST_BYTES + 65_536)
async def enter_list(
    services: Ours,
    caller: Officer,
    key: Key,
    file: Annotated[UploadFile, File(description="正面清单（xlsx），表头同导出")],
) -> dict[str, Any]:
    """按清单登记；不合规的行说明原因，其余待审批。同一行重复上传不重复登记。承办人、审批人可用。"""
    content = await file.read()
    await claim_key(
        services, caller.account.id, key, "positive-list/workbook", sha256(content).hexdigest()
    )
    return (await office.enter_list(services, caller, content)).document


@router.post("/positive-list/decisions")
async def decide(
    services: Ours, caller: ListingApprover, key: Key, body: ListingsDecisionBody
) -> dict[str, Any]:
    """批准或不批准待审批的企业；登记人不得批准。审批人可用。"""
    await claim_body(services, caller, key, "positive-list/decisions", body)
    return {
        "enterprises": [listing_view(row) for row in await office.decide(services, caller, body)]
    }


@router.post("/positive-list/{listing_id}/removal")
async def take_off(
    services: Ours, caller: Officer, key: Key, listing_id: RowNumber, body: ReasonBody
) -> dict[str, Any]:
    """提前移出正面清单，当日起不再适用。承办人、审批人可用。"""
    await claim_body(services, caller, key, f"positive-list/{listing_id}/removal", body)
    return listing_view(await office.take_off(services, caller, listing_id, body))


@router.get("/exports/positive-list.xlsx")
async def export(services: Ours, _: Reader) -> Response:
    """导出监督执法正面清单。承办人、审批人、核查人员可用。"""
    return download(await office.list_workbook(services), "监督执法正面清单.xlsx")
