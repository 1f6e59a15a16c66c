"""How JSON bodies are read: strictly, so that two readers never see two different requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from api.acts import PROBLEM_JSON
from api.views import ProblemDocument

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {PROBLEM_JSON: {}}, "model": ProblemDocument}
    for status, text in (
        (401, "未登录"),
        (403, "无权办理"),
        (422, "内容有误，errors 逐项说明"),
    )
}
MISSING: dict[int | str, dict[str, Any]] = {
    404: {"description": "没有该对象", "content": {PROBLEM_JSON: {}}, "model": ProblemDocument}
}
CONFLICT: dict[int | str, dict[str, Any]] = {
    400: {
        "description": "缺少 Idempotency-Key 或请求无法读取",
        "content": {PROBLEM_JSON: {}},
        "model": ProblemDocument,
    },
    409: {
        "description": "当前环节不能办理，或同一 Idempotency-Key 用于另一请求",
        "content": {PROBLEM_JSON: {}},
        "model": ProblemDocument,
    },
}


class StrictRequest(Request):
    """A request whose JSON has no key twice, no NaN, and no number or depth without measure."""

    async def json(self) -> Any:
        """Read the body; raises JSONDecodeError saying what is wrong."""
        text = (await self.body()).decode("utf-8", errors="strict") if await self.body() else ""
        try:
            return json.loads(text, object_pairs_hook=_distinct, parse_constant=_no_constant)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError(_reason(error), "", 0) from error


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("同一字段出现两次")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"不接受 {name}")


def _reason(error: Exception) -> str:
    return "嵌套过深" if isinstance(error, RecursionError) else str(error)


class StrictRoute(APIRoute):
    """A route that reads its JSON strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the request before it is read."""
        handler = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return strictly


def rest_router(tag: str, **options: Any) -> APIRouter:
    """Make a router of the REST API."""
    return APIRouter(
        prefix="/api/v1", tags=[tag], route_class=StrictRoute, responses=REFUSALS, **options
    )
