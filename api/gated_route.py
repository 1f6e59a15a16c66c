"""Rights before the body: nobody who may not come in has anything read, let alone kept on disk."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.access import SAFE_METHODS, Gate

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def gates_of(route: APIRoute) -> tuple[Gate, ...]:
    """Give the gates in the signature of a route."""
    calls = (one.call for one in route.dependant.dependencies)
    return tuple(call for call in calls if isinstance(call, Gate))


async def admit(request: Request, gates: tuple[Gate, ...]) -> None:
    """Ask the gates of a request that brings something; raises what they raise."""
    if request.method not in SAFE_METHODS:
        for gate in gates:
            await gate(request)


class GatedRoute(APIRoute):
    """A route that asks its gates before its body is read."""

    def get_route_handler(self) -> Handler:
        """Ask, then go on as the framework does."""
        handler, gates = super().get_route_handler(), gates_of(self)

        async def gated(request: Request) -> Response:
            await admit(request, gates)
            return await handler(request)

        return gated
