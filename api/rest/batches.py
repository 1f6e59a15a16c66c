"""Problem lists taken in as a whole: dry run, progress, and the list back with its results."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import JSONResponse, Response

from api.access import Officer, Ours
from api.rest.answers import Key, batch_address
from api.rest.strict import StrictRoute
from domain.local_time import day_of
from gateways.problem_list.refusals import Hidden
from office.exports.workbooks import XLSX
from office.ports import Services
from office.refused import Refused
from office.registering.intake_of_lists import import_rows
from office.registering.json_rows import read_rows
from office.registering.list_imports import (
    LIST_BYTES,
    annotated,
    batch_view,
    begin_batch,
    begin_rows,
    read_workbook,
    rehearse,
)
from office.registering.new_problem import ROWS_BYTES, RowsBody
from office.registers import six_batches
from store.lives import batches
from store.tables import BatchRow

router = APIRouter(tags=["导入"], route_class=StrictRoute)


@router.post("/batches", status_code=202, max_body_size=LIST_BYTES + 65_536)
async def import_workbook(
    services: Ours,
    caller: Officer,
    key: Key,
    file: Annotated[UploadFile, File(description="问题清单（xlsx）")],
    dry_run: Annotated[bool, Form(description="只检查，不写入")] = False,
    hidden: Annotated[
        Hidden, Form(description="隐藏或筛选的行：ask 提示核对，take 一并登记，leave 不登记")
    ] = Hidden.ASK,
) -> JSONResponse:
    """导入问题清单（xlsx）；dry_run 只检查。承办人、审批人可用。"""
    content = await file.read()
    if not content:
        raise Refused("list_missing")
    if dry_run:
        result = await rehearse(services, caller, await read_workbook(services, content, hidden))
        return JSONResponse(result.document)
    row = await begin_batch(services, caller, key, file.filename or "", content, hidden)
    return _accepted(row)


@router.post("/batches/rows", status_code=202, max_body_size=ROWS_BYTES)
async def import_json(services: Ours, caller: Officer, key: Key, body: RowsBody) -> JSONResponse:
    """导入 JSON 清单；dry_run 只检查。承办人、审批人可用。"""
    if body.dry_run:
        names = await six_batches.in_force(services)
        read = read_rows(body.rows, day_of(services.clock()), names)
        result = await import_rows(services, read, caller.actor, dry_run=True)
        return JSONResponse(result.document)
    return _accepted(await begin_rows(services, caller, key, body))


@router.get("/batches/{batch_id:path}/annotated.xlsx")
async def annotated_list(services: Ours, _: Officer, batch_id: str) -> Response:
    """带处理结果的原清单。承办人、审批人可用。"""
    content = await annotated(services, await _batch(services, batch_id))
    name = quote("导入结果.xlsx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type=XLSX, headers=headers)


@router.get("/batches/{batch_id:path}")
async def progress(services: Ours, _: Officer, batch_id: str) -> dict[str, Any]:
    """导入进度和结果。承办人、审批人可用。"""
    return batch_view(await _batch(services, batch_id))


async def _batch(services: Services, batch_id: str) -> BatchRow:
    async with services.db.reading() as session:
        row = await batches.get(session, batch_id)
    if row is None:
        raise Refused("batch_not_found")
    return row


def _accepted(row: BatchRow) -> JSONResponse:
    """Say that a list was taken in, and where its progress stands."""
    return JSONResponse(batch_view(row), 202, {"Location": batch_address(row.id)})
