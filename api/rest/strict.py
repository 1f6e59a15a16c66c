"""How JSON bodies are read: strictly, so that two readers never see two different requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute

from office.refused import Refused

_OTHER_CHARSET = "请求内容须为 UTF-8 编码；请按 UTF-8 发送，并更正 Content-Type 中的 charset。"


class StrictRequest(Request):
    """A request whose JSON has no key twice, no NaN, and no number or depth without measure."""

    async def json(self) -> Any:
        """Read the body; raises JSONDecodeError saying in Chinese what is wrong."""
        content = await self.body()
        try:
            # Decoded here: bytes would be taken in UTF-16 and UTF-32, too.
            text = content.decode("utf-8-sig")
            return json.loads(text, object_pairs_hook=_distinct, parse_constant=_no_constant)
        except json.JSONDecodeError as error:
            raise json.JSONDecodeError(_place(error), error.doc, error.pos) from error
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


def _place(error: json.JSONDecodeError) -> str:
    where = f"第{error.lineno}行第{error.colno}列"
    return f"{where}附近有误，请检查引号、逗号和括号是否成对"


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, _Unusable):
        return str(error)
    if isinstance(error, UnicodeDecodeError):
        return "编码不是 UTF-8"
    return "嵌套过深" if isinstance(error, RecursionError) else "数值过长"


def _demand_utf_8(content_type: str) -> None:
    """Refuse a body that says it is written in another charset, whatever it holds."""
    told = Message()
    told["content-type"] = content_type
    if told.get_content_charset("utf-8") not in ("utf-8", "utf8"):
        raise Refused("body_unreadable", _OTHER_CHARSET)


class StrictRoute(APIRoute):
    """A route that reads its JSON strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Read every request of this route as a strict one."""
        handler = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            _demand_utf_8(request.headers.get("content-type", ""))
            return await handler(StrictRequest(request.scope, request.receive))

        return strictly
