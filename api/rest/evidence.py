"""Scans that officers add to what they enter for a district."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile

from api.access import Officer, Ours
from api.rest.answers import Key
from api.rest.strict import StrictRoute
from gateways.uploads import MAX_PDF_BYTES
from office.answering.scans import take_scan
from office.refused import Refused
from store.lives import problems

router = APIRouter(tags=["问题（特殊情形）"], route_class=StrictRoute)


@router.post("/problems/{problem_no}/evidence", max_body_size=MAX_PDF_BYTES + 1_000_000)
async def upload(
    services: Ours,
    _: Officer,
    key: Key,
    problem_no: str,
    file: Annotated[UploadFile, File(description="扫描件：JPG、PNG、HEIC 或 PDF")],
) -> dict[str, Any]:
    """上传代录反馈所附的扫描件，返回其校验值，供 paper-answers 引用。承办人、审批人可用。"""
    del key  # sealing the same bytes again changes nothing
    async with services.db.reading() as session:
        if await problems.row(session, problem_no) is None:
            raise Refused("problem_not_found", problem_no=problem_no)
    return await take_scan(services, file.filename or "", await file.read())
