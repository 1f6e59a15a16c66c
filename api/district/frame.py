"""What all pages of the district's side share: rendering, headers, and the answers that end a
request early."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import structlog
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from gateways.uploads import Uploads
from office.ports import Services

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Sent with every answer under `/f/`: nothing is kept, embedded, indexed or passed on."""

_log = structlog.get_logger(__name__)

_UPLOADS_AN_HOUR = 120

_KEPT = re.compile(
    r"/f/problem(/(self-inspection|extension|objection|appeals/\d+))?|/f/day/self-inspection"
)
"""The forms whose fields the busy page offers again."""

_PLAIN_FIELD = re.compile(r"[a-z_]{1,40}")


class Halt(Exception):
    """The request ends here with a page of its own: its template, status and values."""

    def __init__(self, page: str, status: int, **values: object) -> None:
        """Answer with `templates/district/<page>.html`."""
        super().__init__(page)
        self.page = page
        self.status = status
        self.values = values


def refusal(status: int, code: str, message: str) -> Halt:
    """Refuse a request that is wrong in itself; `code` is stable, `message` says what to do."""
    return Halt("refused", status, code=code, message=message)


@dataclass(slots=True)
class UploadCount:
    """Counts the uploads of each link, so that one link cannot fill the disk.

    Kept in memory: it limits the rate, the submission's own limits hold in any case.
    """

    times: dict[str, list[float]] = field(default_factory=dict)
    longest: ClassVar[int] = 1000

    def demand(self, jti: str, now: float) -> None:
        """Count one upload; refuse when the link had its share of the last hour."""
        recent = [at for at in self.times.pop(jti, ()) if at > now - 3600]
        if len(recent) >= _UPLOADS_AN_HOUR:
            self.times[jti] = recent
            raise refusal(
                429,
                "too_many_uploads",
                "上传过于频繁，请一小时后再试；已上传的附件和草稿均已保存。",
            )
        self.times[jti] = [*recent, now]
        while len(self.times) > self.longest:
            self.times.pop(next(iter(self.times)))


@dataclass(frozen=True, slots=True)
class Side:
    """The services and what the district's pages need beside them."""

    services: Services
    uploads: Uploads
    upload_count: UploadCount = field(default_factory=UploadCount)

    def page(self, name: str, status: int = 200, /, **values: object) -> HTMLResponse:
        """Answer with a page of `templates/district/`."""
        html = self.services.renderer.page(f"district/{name}.html", **values)
        return HTMLResponse(html, status)


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def route_class(side: Side) -> type[APIRoute]:
    """Give the route under which every answer has our headers and every failure a page."""

    class DistrictRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            handler = super().get_route_handler()

            async def answered(request: Request) -> Response:
                try:
                    response = await _answer(side, handler, request)
                finally:
                    await request.close()  # the temporary files of a form
                for name, value in HEADERS.items():
                    response.headers.setdefault(name, value)
                return response

            return answered

    return DistrictRoute


async def _answer(side: Side, handler: Handler, request: Request) -> Response:
    try:
        return await handler(request)
    except Halt as halt:
        return _say(side, request, halt)
    except HTTPException as error:
        too_large = error.status_code == 413
        code, message = _TOO_LARGE if too_large else _UNREADABLE
        return _say(side, request, refusal(error.status_code, code, message))
    except (OperationalError, PoolTimeout, OSError) as error:
        if isinstance(error, OSError) and error.errno is None:
            raise  # a template that is missing, not a disk that is full
        _log.warning("a district's request met a busy store", error=type(error).__name__)
        kept = await _typed_so_far(request)
        return _say(side, request, Halt("busy", 503, kept=kept, address=request.url.path))


_TOO_LARGE = ("too_large", "一次上传的内容过大。请返回上一页，减少或压缩附件后再上传。")
_UNREADABLE = ("unreadable", "提交的内容无法识别。请返回上一页，刷新后再试。")


def too_large_page(services: Services) -> HTMLResponse:
    """Say it where a request was too large to be looked at."""
    code, message = _TOO_LARGE
    page = services.renderer.page("district/refused.html", code=code, message=message)
    return HTMLResponse(page, 413, HEADERS)


def _say(side: Side, request: Request, halt: Halt) -> Response:
    """Say it as a page, or in short to the page's own script."""
    if wants_json(request):
        message = halt.values.get("message") or "当前无法保存，请勿关闭页面，稍后再试。"
        return short_answer(
            {"code": str(halt.values.get("code", halt.page)), "message": str(message)}, halt.status
        )
    response = side.page(halt.page, halt.status, **halt.values)
    if halt.status == 503:
        response.headers["Retry-After"] = "30"
    return response


def wants_json(request: Request) -> bool:
    """Whether the page's script asks, not a person's browser."""
    return request.headers.get("accept", "").startswith("application/json")


def short_answer(content: Mapping[str, object], status: int = 200) -> Response:
    """Answer the page's script."""
    return JSONResponse(dict(content), status)


async def _typed_so_far(request: Request) -> list[tuple[str, str]]:
    """Give the fields of a form that could not be saved, so that its page can offer them again."""
    if request.method != "POST" or not _KEPT.fullmatch(request.url.path):
        return []
    try:
        form = await request.form()
    except (HTTPException, OSError):
        return []
    return [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and _PLAIN_FIELD.fullmatch(name)
    ]
