"""One line of the log for each request, and an id by which its lines and its answer belong together."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.rest.answers import API

HEADER = "X-Request-Id"
_USABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = {one: one for one in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")}
_UNTOLD = ("/health/", "/static/", "/metrics")
_log = structlog.get_logger(__name__)

OF_REQUESTS = CollectorRegistry()
"""What this process knows of its requests and of itself."""
ProcessCollector(registry=OF_REQUESTS)
_SECONDS = Histogram(
    "bihuan_request_seconds",
    "Requests by route and kind of answer",
    ["method", "route", "status"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
    registry=OF_REQUESTS,
)


class RequestLog:
    """Names every request; one that a proxy named keeps its name."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, then tell how it ended: by its route, never by its address, which may be a link."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get(HEADER, "")
        request_id = told if _USABLE.fullmatch(told) else uuid4().hex
        began, status = time.perf_counter(), 500

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, named)
            finally:
                if not scope["path"].startswith(_UNTOLD):
                    _tell(scope, status, time.perf_counter() - began)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    params = scope.get("path_params") or {}
    route, kind = route_of(scope), f"{status // 100}xx"
    _SECONDS.labels(_METHODS.get(scope["method"], "other"), route, kind).observe(seconds)
    about = {name: params[name] for name in ("problem_no", "batch_id") if params.get(name)}
    _log.info(
        "request",
        method=scope["method"],
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
        **about,
    )


def route_of(scope: Scope) -> str:
    """Give the pattern of the address; the framework leaves out what its routers put before it."""
    pattern: str | None = getattr(scope.get("route"), "path", None)
    if pattern is None:
        return "unknown"
    below_api = scope["path"].startswith(f"{API}/") and not pattern.startswith(API)
    return f"{API}{pattern}" if below_api else pattern
