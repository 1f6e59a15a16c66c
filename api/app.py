"""The web app: REST, officers' pages and the district's side behind one set of headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send

from api.access import SignInNeeded, StepNeeded, recognise, services_of
from api.compressing import Compressing
from api.content_types import OTHER_CHARSET, is_sober
from api.district import district_router, district_told
from api.errors import document, of_http, of_validation, status_of
from api.forms import FORM_BYTES, see_other
from api.headers import DISTRICT, set_headers
from api.pages.router import pages_router, refused_page, to_sign_in, written_by
from api.request_log import RequestLog, route_of
from api.rest import (
    acts,
    annex_answers,
    appeals,
    batch_acts,
    batches,
    contacts,
    draws,
    evidence,
    existing_lists,
    health,
    inspection_groups,
    letters,
    lists,
    metrics,
    positive_list,
    problems,
    registers,
    rule_changes,
    security_log,
    self_inspections,
    six_batches,
)
from api.rest.answers import API, PROBLEM_JSON
from api.rest.contract import describe
from api.resuming import carrying_on
from api.static_files import Stamped
from gateways.static_files import STATIC
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from store.people.security_log import Happened, comes_from, note_alone

BODY_BYTES = FORM_BYTES
MOST_HEADERS = 100
INNER = frozenset({"/metrics", f"{API}/openapi.json"})
"""What concerns the operator and integrators: in production not answered under the public name."""
_PLAIN = "text/plain"
_UNREAD = frozenset({"not_allowed", "too_large", "length_required"})
_log = structlog.get_logger(__name__)


_PARTS = (
    problems,
    acts,
    appeals,
    evidence,
    batches,
    annex_answers,
    existing_lists,
    lists,
    inspection_groups,
    draws,
    self_inspections,
    registers,
    six_batches,
    positive_list,
    rule_changes,
    batch_acts,
    contacts,
    letters,
    security_log,
)


def create_app(services: Services) -> FastAPI:
    """Build the app over one bundle of services."""
    app = FastAPI(
        title="闭环 Bihuan",
        version="1",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=carrying_on,
    )
    app.state.services = services
    describe(app)
    _refuse_in_one_shape(app)
    _harden(app, services)
    app.router.routes.extend(_doors().routes)
    app.mount("/static", Stamped(directory=STATIC), name="static")
    app.include_router(district_router(services))
    return app


def create_probes(services: Services) -> FastAPI:
    """Build what a process without doors answers: whether it is well, and its figures."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.services = services
    app.include_router(health.router)
    app.include_router(metrics.router)
    return app


@cache
def _doors() -> APIRouter:
    """Build the doors that take their services from the request: a process needs them once.

    To include them in an app would build every route anew for it.
    """
    rest, doors = APIRouter(prefix=API), APIRouter()
    for part in _PARTS:
        rest.include_router(part.router)
    doors.include_router(rest)
    doors.include_router(health.router)
    doors.include_router(metrics.router)
    doors.include_router(pages_router())
    return doors


def _harden(app: FastAPI, services: Services) -> None:
    host = urlsplit(services.base_url).hostname or ""
    hosts = [host, "127.0.0.1", "localhost"] if services.development else [host]
    app.add_middleware(
        Compressing
    )  # the innermost: it sees an answer whole, and keeps its length told
    # Ours rather than the framework's own, whose answer no header and no shape of ours would reach.
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=BODY_BYTES)
    app.add_middleware(_TrustedHost, allowed_hosts=hosts, www_redirect=False)

    @app.middleware("http")
    async def headers(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        comes_from(request.client.host if request.client else "")
        senseless = _senseless(request, services)
        response: Response = _answer(request, senseless) if senseless else await call_next(request)
        if response.status_code >= 400 and response.headers["content-type"].startswith(_PLAIN):
            response = _reshaped(request, response)
        set_headers(response, request.url.path, secure=services.secure)
        return response

    app.add_middleware(RequestLog)


class _TrustedHost(TrustedHostMiddleware):
    """Asks for our own name, except of the probes: they come by address, and tell no name."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a probe through, whatever host it names."""
        if scope["type"] == "http" and scope["path"] in health.PROBES:
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _senseless(request: Request, services: Services) -> Refused | None:
    """Say why a request is not even looked at."""
    public = request.url.hostname == urlsplit(services.base_url).hostname
    if public and not services.development and request.url.path in INNER:
        return Refused("not_found")
    if len(request.scope["headers"]) > MOST_HEADERS:
        return Refused("too_many_headers")
    if not is_sober(request.headers.get("content-type", "")):
        return Refused("body_unreadable", OTHER_CHARSET)
    # No name of ours has a NUL, and PostgreSQL refuses to be asked for one.
    return Refused("not_found") if "\0" in request.scope["path"] else None


def _refuse_in_one_shape(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        await _note_refusal(request, error)
        return await _answer_to_form(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, of_validation(error))

    @app.exception_handler(HTTPException)
    async def by_framework(request: Request, error: HTTPException) -> Response:
        if _is_of_pages(request):
            await recognise(request)
        return _answer(request, of_http(error), error.status_code, error.headers)

    @app.exception_handler(OperationalError)
    async def store_away(request: Request, error: OperationalError) -> Response:
        _log.warning("database not reachable", error=str(error.orig))
        return await _answer_to_form(request, Refused("unavailable"))

    @app.exception_handler(DataError)
    async def unstorable(request: Request, error: DataError) -> Response:
        _log.warning("a value no column can hold", error=type(error.orig).__name__)
        return _answer(request, Refused("invalid_request"))

    @app.exception_handler(Exception)
    async def broken(request: Request, _: Exception) -> Response:
        return _answer(request, Refused("internal_error"))  # the server logs it with its trace

    @app.exception_handler(SignInNeeded)
    async def stranger(request: Request, _: SignInNeeded) -> Response:
        return await to_sign_in(request)

    @app.exception_handler(StepNeeded)
    async def unready(_: Request, needed: StepNeeded) -> Response:
        return see_other(needed.address)


def _is_of_pages(request: Request) -> bool:
    others = (API, DISTRICT, "/static/", "/health", "/metrics")
    return not request.url.path.startswith(others)


async def _note_refusal(request: Request, refused: Refused) -> None:
    """Keep in the security log what somebody we know asked for and may not."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is not None and status_of(refused) == HTTPStatus.FORBIDDEN:
        asked = f"{request.method} {route_of(request.scope)}"
        db, by_id = services_of(request).db, caller.account.id
        await note_alone(db, Happened.REFUSED, asked, refused.code, by_id=by_id)


async def _answer_to_form(request: Request, refused: Refused) -> Response:
    """Answer as ever; whoever wrote into a form of the pages that he may use gets his words back.

    Of what somebody sends to a door that is not his no body is read.
    """
    other = request.url.path.startswith((API, DISTRICT)) or refused.code in _UNREAD
    return _answer(request, refused, written=() if other else await written_by(request))


def _answer(
    request: Request,
    refused: Refused,
    status: int = 0,
    headers: Mapping[str, str] | None = None,
    written: Sequence[tuple[str, str]] = (),
) -> Response:
    """Answer programs with problem+json and people with a page, under the refusal's own status
    unless the framework has given one."""
    given, status = status, status or status_of(refused)
    if request.url.path.startswith((API, "/health", "/metrics")):
        told = JSONResponse(document(refused, status), status, headers, media_type=PROBLEM_JSON)
        if status == 401:
            told.headers["WWW-Authenticate"] = "Bearer"
        return told
    if request.url.path.startswith(DISTRICT):
        return district_told(services_of(request), request, refused, given)
    return refused_page(request, refused, status, written)


def _reshaped(request: Request, response: Response) -> Response:
    """Say in our words what a middleware refused in its own: a body too large, a foreign host."""
    framework = HTTPException(response.status_code)
    return _answer(request, of_http(framework), framework.status_code)
