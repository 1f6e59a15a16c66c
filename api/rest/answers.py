"""How REST demands a key for every change, and answers what became of it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Header, Path, Query
from fastapi.responses import JSONResponse

from api.errors import document, status_of
from office.answering.answers import Answer
from office.once import usable_key

API = "/api/v1"
PROBLEM_JSON = "application/problem+json"
_STATUS = {"done": 200, "created": 201, "open": 202}


def problem_address(problem_no: str) -> str:
    """Give the REST address of a problem."""
    return f"{API}/problems/{quote(problem_no, safe='')}"


def operation_address(key: str) -> str:
    """Give the address at which the outcome under a key is asked."""
    return f"{API}/operations/{quote(key, safe='')}"


def batch_address(batch_id: str) -> str:
    """Give the address at which an import's progress is asked."""
    return f"{API}/batches/{quote(batch_id, safe='')}"


def idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            description="每次变更请求的唯一编号（如 UUID，1至255个可见 ASCII 字符）；重试时保持不变",
            examples=["6f9d1c52-2f0e-4b7e-8a56-0f4f8a1f7c11"],
        ),
    ] = None,
) -> str:
    """Demand the header that makes a change safe to repeat."""
    return usable_key(idempotency_key)


Key = Annotated[str, Depends(idempotency_key)]
RowNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""The number of a row, as no store holds a larger one."""

Year = Annotated[int | None, Query(ge=2024, le=2099)]
"""A year that is counted; the present one where none is said."""

DryRun = Annotated[bool, Query(description="只检查并说明将发生什么，不办理")]


def response(answer: Answer) -> JSONResponse:
    """Answer with the status of what became of a request, and where more is to be read."""
    refused = answer.refusal
    if refused is not None:
        return JSONResponse(document(refused), status_of(refused), media_type=PROBLEM_JSON)
    location = _location(answer)
    headers = {"Location": location} if location else {}
    return JSONResponse(answer.body, _STATUS[answer.state], headers)


def _location(answer: Answer) -> str:
    if answer.state == "open" and "key" in answer.body:
        return operation_address(str(answer.body["key"]))
    if answer.state == "open":
        return batch_address(str(answer.body["id"]))
    number = answer.body.get("problem_no")
    return problem_address(str(number)) if number else ""
