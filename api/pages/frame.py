"""What every page shares: the frame, the forms' marks, and telling people what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.access import OFFICE, SAFE_METHODS, cookie_name, lack_of, services_of
from api.errors import of_validation
from api.field_labels import field_label
from api.forms import (
    FORM_BYTES,
    demand_mark,
    demand_same_site,
    mark_of,
    read_form,
    see_other,
    texts_of,
    veiled,
)
from api.pages.navigation import may_search, navigation
from api.places import place_of
from domain.local_time import day_of
from gateways.uploads import MAX_TOTAL_BYTES
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from store.people import sessions

Body = TypeVar("Body", bound=BaseModel)

_PLACES = {
    "desk.html": "/",
    "letters.html": "/",
    "together.html": "/",
    "problems.html": "/problems",
    "problem.html": "/problems",
    "second_look.html": "/problems",
    "sent_mail.html": "/problems",
    "new_problem.html": "/problems/new",
    "import.html": "/import",
    "import_preview.html": "/import",
    "existing_list.html": "/import",
    "import_progress.html": "/import",
    "annex_answers.html": "/import",
    "supervisory_list.html": "/supervisory-list",
    "scores.html": "/scores",
    "statistics.html": "/statistics",
    "inspection_groups.html": "/inspection-groups",
    "draws.html": "/draws",
    "draw.html": "/draws",
    "self_inspections.html": "/self-inspections",
    "positive_list.html": "/positive-list",
    "six_batches.html": "/six-batches",
    "contacts.html": "/contacts",
    "rule_changes.html": "/rule-changes",
    "rule_change.html": "/rule-changes",
    "accounts.html": "/accounts",
    "own_password.html": "/accounts",
    "confirm.html": "/accounts",
    "second_factor.html": "/accounts",
    "security_log.html": "/security-log",
    "mailbox.html": "/mailbox",
}
"""Where in the main navigation a page stands."""


_NEVER_TOLD = frozenset(
    {"password", "old", "new", "again", "code", "seed", "seed_again", "mark", "key", "file_name"}
)
"""What no page says again: secrets, and what the form itself brought."""


def page(
    services: Services, caller: Caller | None, name: str, status: int = 200, /, **values: object
) -> HTMLResponse:
    """Render a page in the officers' frame."""
    frame = {
        "caller": caller,
        "office": caller is not None and caller.role in OFFICE,
        "development": services.development,
        "today": day_of(services.clock()),
        "mark": veiled(_mark(caller)) if caller else "",
        "fresh_key": lambda: str(uuid4()),
        "flash": None,
        "here_is": _PLACES.get(name, ""),
        "navigation": navigation(caller.role, development=services.development) if caller else (),
        "may_search": caller is not None and may_search(caller.role),
        "searched": "",
    }
    return HTMLResponse(services.renderer.page(f"pages/{name}", **(frame | values)), status)


async def form_of(request: Request, caller: Caller, limit: int = FORM_BYTES) -> dict[str, str]:
    """Give a form's texts once its mark is right; raises Refused."""
    fields = texts_of(await read_form(request, limit))
    demand_mark(fields.pop("mark", ""), _mark(caller))
    return fields


def _mark(caller: Caller) -> str:
    return mark_of("form", caller.cookie)


def filled(fields: Mapping[str, str]) -> dict[str, Any]:
    """Leave out what was left empty, so that the model's own default stands."""
    return {name: value for name, value in fields.items() if value.strip()}


def body_of(model: type[Body], values: Mapping[str, Any]) -> Body:
    """Read what a form says as one of our models; raises Refused, field by field."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise of_validation(error) from error


def address_of(problem_no: str) -> str:
    """Give the address of a problem's page."""
    return f"/problems/{quote(problem_no, safe='')}"


def refused_page(
    request: Request, refused: Refused, status: int, written: Sequence[tuple[str, str]] = ()
) -> Response:
    """Tell a person what was refused and what to do; `written` is given back to be copied.

    Whom the gate let in or turned away is known, and keeps the navigation.
    """
    services, caller = services_of(request), getattr(request.state, "caller", None)
    known = caller if caller is not None and not lack_of(caller, services) else None
    return page(services, known, "refused.html", status, refused=refused, written=written)


async def written_by(request: Request) -> Sequence[tuple[str, str]]:
    """Give what somebody we know wrote into a form that was refused as a whole, by its fields' names.

    Of what a stranger or a foreign page sends nothing is read.
    """
    if request.method in SAFE_METHODS or getattr(request.state, "caller", None) is None:
        return ()
    return await _written(request)


async def _written(request: Request) -> Sequence[tuple[str, str]]:
    """Give the words in a form of ours; what is chosen or counted is typed again soon enough."""
    with suppress(Refused, HTTPException, ClientDisconnect):
        demand_same_site(request, services_of(request))
        typed = texts_of(await read_form(request, MAX_TOTAL_BYTES + FORM_BYTES))
        return [
            (field_label(name), words)
            for name, words in typed.items()
            if name not in _NEVER_TOLD and _are_words(words)
        ]
    return ()


def _are_words(typed: str) -> bool:
    """Whether somebody wrote it: a code, a number and a day are one word in plain letters."""
    return not typed.isascii() or len(typed.split()) > 1


async def to_sign_in(request: Request) -> Response:
    """Send a stranger to the sign-in page, and back again afterwards.

    Whose session ended under a filled-in form is told so, and gets the texts back to copy; of a stranger's
    form nothing is read.
    """
    services = services_of(request)
    if request.method == "GET":
        return see_other(f"/login?next={quote(place_of(request))}")
    cookie = request.cookies.get(cookie_name(services), "")
    if not cookie:
        return see_other(f"/login?next={quote(place_of(request))}")
    # Of a session that somebody ended nothing is left; whoever sends such a cookie is a stranger.
    ours = await sessions.was_ours(services.db, cookie)
    written = await _written(request) if ours else ()
    values = {"next": place_of(request), "login": "", "error": "", "ended": True}
    return page(services, None, "login.html", 401, **values, written=written)
