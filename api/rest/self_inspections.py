"""The districts' own lists from self-inspection."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.access import Officer, Ours, Reader
from api.downloads import download
from api.rest.answers import Key
from api.rest.strict import StrictRoute
from domain.commands import RectificationState
from office.answering import own_list_links
from office.answering.own_list_links import OwnListLinkBody
from office.answering.self_inspections import entries, own_lists_workbook, own_view
from office.typed import Line
from store.district.self_inspections import EntryFilter
from store.tables import LinkRow

router = APIRouter(tags=["自查自纠"], route_class=StrictRoute)

Text = Annotated[Line, Query()]


def wanted(
    district: Text = "", key_object: Text = "", state: RectificationState | None = None
) -> EntryFilter:
    """Read the filter of an address."""
    return EntryFilter(district=district, key_object=key_object, state=state)


Wanted = Annotated[EntryFilter, Depends(wanted)]


@router.get("/self-inspections")
async def listed(services: Ours, _: Reader, chosen: Wanted) -> dict[str, Any]:
    """区县自查自纠清单，可筛选；不参与扣分。承办人、审批人、核查人员可用。"""
    found = await entries(services, chosen)
    return {"self_inspections": [own_view(one) for one in found]}


@router.post("/self-inspection-links", status_code=201)
async def issue_link(
    services: Ours, caller: Officer, key: Key, body: OwnListLinkBody
) -> dict[str, Any]:
    """开出区县自查自纠填报链接，无须有移交问题；同一收件人再次开出为同一链接。承办人、审批人可用。"""
    link, address = await own_list_links.issue(services, caller, key, body)
    return _link_view(link) | {"address": address}


@router.get("/self-inspection-links")
async def link_list(services: Ours, _: Reader) -> dict[str, Any]:
    """仍有效的自查自纠填报链接，不含地址。承办人、审批人、核查人员可用。"""
    return {"links": [_link_view(one) for one in await own_list_links.open_links(services)]}


@router.post("/self-inspection-links/{link_id}/revocation")
async def revoke_link(services: Ours, caller: Officer, key: Key, link_id: str) -> dict[str, Any]:
    """收回填报链接，立即失效。承办人、审批人可用。"""
    await own_list_links.revoke(services, caller, key, link_id)
    return {"id": link_id, "revoked": True}


def _link_view(link: LinkRow) -> dict[str, Any]:
    return {
        "id": link.jti,
        "district": link.district,
        "recipient": link.recipient,
        "issued_at": link.issued_at.isoformat(),
        "expires_at": link.expires_at.isoformat(),
    }


@router.get("/exports/self-inspection.xlsx")
async def export(services: Ours, _: Reader, chosen: Wanted) -> Response:
    """导出区县自查自纠清单，筛选条件相同。承办人、审批人、核查人员可用。"""
    return download(await own_lists_workbook(services, chosen), "区县自查自纠清单.xlsx")
