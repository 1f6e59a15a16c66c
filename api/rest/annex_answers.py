"""Filled annex forms taken in as paper answers, over REST."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import JSONResponse, Response

from api.access import Officer, Ours
from api.downloads import download
from api.rest.answers import Key, response
from api.rest.strict import StrictRoute
from office.answering.annex_intake import annotated, enter, kept, preview, sealed
from office.answering.answers import Answer
from office.refused import Refused
from office.registering.list_imports import LIST_BYTES
from office.typed import Day
from store import idempotency
from store.idempotency import NewRequest
from store.registers.rule_changes import hash_of

router = APIRouter(tags=["导入"], route_class=StrictRoute)

ROUTE = "annex-answers"


@router.post("/annex-answers", max_body_size=LIST_BYTES + 65_536)
async def enter_answers(
    services: Ours,
    caller: Officer,
    key: Key,
    file: Annotated[UploadFile, File(description="区县填报的整改表（xlsx）")],
    received_on: Annotated[Day, Form(description="收到日期，不晚于今天")],
    dry_run: Annotated[bool, Form(description="只检查，不录入")] = False,
) -> JSONResponse:
    """录入区县填报的整改表：每行按书面反馈录入，重复提交不会重复录入；dry_run 只检查。承办人、审批人可用。"""
    form = await sealed(services, await file.read(), file.filename or "", received_on)
    if dry_run:
        return JSONResponse((await preview(services, caller.actor, form)).document)
    asked = hash_of(f"{form.sha256} {received_on}")
    claim = await idempotency.claim(
        services.db,
        NewRequest(key=key, account_id=caller.account.id, route=ROUTE, body_sha256=asked),
    )
    if claim.verdict == "conflict":
        raise Refused("idempotency_key_reused")
    if claim.row.state != "open":
        return response(Answer.kept(claim.row.response))
    result = await enter(services, caller.actor, form)
    answer = Answer("done", result.document)
    if not result.unknown:
        await idempotency.finish(services.db, key, "done", answer.text)
    return response(answer)


@router.get("/annex-answers/{sha256}/annotated.xlsx")
async def annotated_form(
    services: Ours,
    caller: Officer,
    sha256: str,
    received_on: Annotated[Day, Query(description="收到日期")],
) -> Response:
    """带检查结果的整改表原件。承办人、审批人可用。"""
    form = await kept(services, sha256, "", received_on)
    content = await annotated(form, await preview(services, caller.actor, form))
    return download(content, "整改表检查结果.xlsx")
