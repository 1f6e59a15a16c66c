"""How JSON bodies are read: strictly, so that two readers never see two different requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute


class StrictRequest(Request):
    """A request whose JSON has no key twice, no NaN, and no number or depth without measure."""

    async def json(self) -> Any:
        """Read the body; raises JSONDecodeError saying in Chinese what is wrong."""
        content = await self.body()
        try:
            return json.loads(content, object_pairs_hook=_distinct, parse_constant=_no_constant)
        except json.JSONDecodeError:
            raise
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError(_reason(error), "", 0) from error


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Unusable("同一字段出现两次")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _Unusable(f"不接受 {name}")


class _Unusable(ValueError):
    """JSON that Python would read and we do not."""


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, _Unusable):
        return str(error)
    return "嵌套过深" if isinstance(error, RecursionError) else "数值过长或编码不是 UTF-8"


class StrictRoute(APIRoute):
    """A route that reads its JSON strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Read every request of this route as a strict one."""
        handler = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return strictly
