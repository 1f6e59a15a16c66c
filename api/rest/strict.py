"""How requests are read: strictly, so that two readers never see two different requests.

What an address or a form says that its route does not know is refused like an unknown field of a
body: a `dry_run` misspelt or put in the wrong place must not do what it was to try.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import AsyncExitStack
from typing import Any, NoReturn

from fastapi import Request, Response, params
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import FormData

from api.gated_route import admit, gates_of


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


class StrictRoute(APIRoute):
    """A route that reads its JSON strictly, and knows every name it is sent."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Read every request of this route as a strict one."""
        handler = super().get_route_handler()
        asked, typed = frozenset(_queried(self.dependant)), _typed(self.dependant)
        gates = gates_of(self)

        async def strictly(request: Request) -> Response:
            await admit(request, gates)
            strict = StrictRequest(request.scope, request.receive)
            form = await strict.form() if typed else FormData()
            async with AsyncExitStack() as stack:
                stack.push_async_callback(form.close)
                wrong = _unread("query", strict.query_params.multi_items(), asked)
                wrong += _unread("body", form.multi_items(), typed)
                if not wrong:
                    return await handler(strict)
                for gate in gates:  # whoever may not come in is told that first
                    await gate(strict)
                raise RequestValidationError(wrong)

        return strictly


def _queried(dependant: Dependant) -> Iterator[str]:
    """Give the names a route asks for in its address, those of its gates too."""
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _queried(inner)


def _typed(dependant: Dependant) -> frozenset[str]:
    """Give the names of a route's form; none where its body is no form."""
    fields = dependant.body_params
    return frozenset(one.alias for one in fields if isinstance(one.field_info, params.Form))


def _unread(
    place: str, said: Iterable[tuple[str, object]], known: frozenset[str]
) -> list[dict[str, Any]]:
    """Find what is said under a name nobody reads, said twice, or left empty in a form."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in said:
        if name not in known:
            found[name] = {"type": "extra_forbidden"}
        elif name in found:
            found[name] = _TWICE
        else:
            found[name] = _EMPTY if place == "body" and value == "" else {}
    return [error | {"loc": (place, name)} for name, error in found.items() if error]


_TWICE = {"type": "value_error", "ctx": {"error": ValueError("出现多次，只能写一次")}}
_EMPTY = {"type": "string_too_short"}
