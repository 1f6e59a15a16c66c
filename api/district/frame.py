"""What all pages of the district's side share: rendering, headers, and a page for every failure."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import structlog
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from api.district import own_list_form
from api.district.refusals import refuse, told
from api.errors import of_http
from api.headers import set_headers
from gateways.uploads import Uploads
from office.answering import annex_form, request_forms
from office.ports import Services
from office.refused import Refused
from store.district import links

_log = structlog.get_logger(__name__)

COOKIE_BETWEEN = "."
"""Between the sessions that one cookie holds."""

_UPLOADS_AN_HOUR = 120

_KEPT = re.compile(
    r"/f/problem(/(self-inspection|extension|objection|appeals/\d+))?|/f/(day|own)/self-inspection"
)
"""The forms whose fields the busy page offers again."""

_CHOSEN = frozenset(
    {"state", "penalty_outcome", "referral", "proper_district", "key_object", "slot"}
)
_WRITTEN = {
    name: label
    for labels in (annex_form.LABELS, request_forms.LABELS, own_list_form.LABELS)
    for name, label in labels.items()
    if name not in {*_CHOSEN, "files", "form", "receipt_id"}
}
"""The fields that somebody writes, as people know them."""

_PLAIN_FIELD = re.compile(r"[a-z_]{1,40}")


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
            raise refuse("too_many_uploads")
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
                set_headers(response, request.url.path, secure=side.services.secure)
                return response

            return answered

    return DistrictRoute


async def _answer(side: Side, handler: Handler, request: Request) -> Response:
    try:
        return await handler(request)
    except Refused as refused:
        return told(side.services, request, refused, typed=await _words_typed(side, request))
    except HTTPException as error:
        return told(side.services, request, of_http(error), error.status_code)
    except (OperationalError, PoolTimeout, OSError) as error:
        if isinstance(error, OSError) and error.errno is None:
            raise  # a template that is missing, not a disk that is full
        _log.warning("a district's request met a busy store", error=type(error).__name__)
        kept = await _typed_so_far(request)
        busy = refuse("busy", kept=kept, address=request.url.path)
        return told(side.services, request, busy)


async def _words_typed(side: Side, request: Request) -> Mapping[str, str]:
    """Give what somebody wrote into a form that was refused as a whole, by the names of its fields.

    Of what a stranger sends nothing is read.
    """
    async with side.services.db.reading() as session:
        if not await links.were_opened(session, _sessions_told(request)):
            return {}
    written = await _typed_so_far(request)
    return {_WRITTEN[name]: words for name, words in written if name in _WRITTEN and words.strip()}


def _sessions_told(request: Request) -> list[str]:
    """Give whatever the browser's cookies say that could be a session of a link."""
    held = [one for cookie in request.cookies.values() for one in cookie.split(COOKIE_BETWEEN)]
    return [one for one in held if one][: links.MOST_SESSIONS * len(request.cookies)]


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
