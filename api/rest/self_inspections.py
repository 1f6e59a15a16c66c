"""The districts' own lists from self-inspection."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.access import Ours, Reader
from api.downloads import download
from domain.commands import RectificationState
from office.self_inspections import entries, own_lists_workbook, own_view
from office.typed import Line
from store.self_inspections import EntryFilter

router = APIRouter(tags=["自查自纠"])

Text = Annotated[Line, Query()]


def wanted(
    district: Text = "", key_object: Text = "", state: RectificationState | None = None
) -> EntryFilter:
    """Read the filter of an address."""
    return EntryFilter(district=district, key_object=key_object, state=state)


Wanted = Annotated[EntryFilter, Depends(wanted)]


@router.get("/self-inspections")
async def listed(services: Ours, _: Reader, chosen: Wanted) -> dict[str, Any]:
    """区县自查自纠清单，可筛选；不参与扣分。承办人、审批人、审计可用。"""
    found = await entries(services, chosen)
    return {"self_inspections": [own_view(one) for one in found]}


@router.get("/exports/self-inspection.xlsx")
async def export(services: Ours, _: Reader, chosen: Wanted) -> Response:
    """导出区县自查自纠清单，筛选条件相同。承办人、审批人、审计可用。"""
    return download(await own_lists_workbook(services, chosen), "区县自查自纠清单.xlsx")
