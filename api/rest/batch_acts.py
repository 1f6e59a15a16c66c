"""One act over many problems, over REST."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.access import ActingOnMany, Ours
from api.rest.answers import Key, response
from api.rest.strict import StrictRoute
from domain.outcomes import Reply
from office.answering.answers import Answer
from office.batches_of_acts import BatchDoBody, BatchPreviewBody, do, preview
from office.refused import Refused
from store import idempotency
from store.idempotency import NewRequest
from store.registers.rule_changes import hash_of

router = APIRouter(tags=["批量办理"], route_class=StrictRoute)


@router.post("/batch-acts/preview")
async def try_out(
    services: Ours, caller: ActingOnMany, key: Key, body: BatchPreviewBody
) -> dict[str, Any]:
    """预览：逐件说明能否办理，不作任何改动。承办人、审批人可用。"""
    del key
    return _shown(await preview(services, caller, body))


@router.post("/batch-acts")
async def carry_out(
    services: Ours, caller: ActingOnMany, key: Key, body: BatchDoBody
) -> JSONResponse:
    """批量催办、撤回、改派、提请延期；逐件给出结果，重复提交不会重复办理。承办人、审批人可用。"""
    claim = await idempotency.claim(
        services.db,
        NewRequest(
            key=key,
            account_id=caller.account.id,
            route="batch-acts",
            body_sha256=hash_of(body.model_dump_json()),
        ),
    )
    if claim.verdict == "conflict":
        raise Refused("idempotency_key_reused")
    if claim.row.state != "open":
        return response(Answer.kept(claim.row.response))
    results = await do(services, caller, key, body)
    answer = Answer("done", _shown(results))
    if not any(one.unknown for one in results):
        await idempotency.finish(services.db, key, "done", answer.text)
    return response(answer)


def _shown(results: list[Reply]) -> dict[str, Any]:
    return {
        "done": sum(not one.code for one in results),
        "refused": sum(bool(one.code) for one in results),
        "results": [one.document for one in results],
    }
