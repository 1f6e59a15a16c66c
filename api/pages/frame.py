"""What every page shares: the frame, the forms' marks, and telling people what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ValidationError

from api.access import OFFICE, cookie_name, services_of
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
)
from domain.local_time import day_of
from gateways.uploads import MAX_TOTAL_BYTES
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from office.registers import REGISTERS
from store.people import sessions

Body = TypeVar("Body", bound=BaseModel)

_PLACES = {
    "desk.html": "/",
    "letters.html": "/",
    "problems.html": "/problems",
    "problem.html": "/problems",
    "new_problem.html": "/problems/new",
    "import.html": "/import",
    "import_preview.html": "/import",
    "existing_list.html": "/import",
    "import_progress.html": "/import",
    "annex_answers.html": "/import",
    "supervisory_list.html": "/supervisory-list",
    "scores.html": "/scores",
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
    "security_log.html": "/accounts",
    "mailbox.html": "/mailbox",
}
"""Where in the main navigation a page stands."""

_PROSE = ("enterprise", "description", "requirement", "findings", "reason", "means", "number")
"""Fields whose text somebody would hate to type again."""


def page(
    services: Services, caller: Caller | None, name: str, status: int = 200, /, **values: object
) -> HTMLResponse:
    """Render a page in the officers' frame."""
    frame = {
        "caller": caller,
        "office": caller is not None and caller.role in OFFICE,
        "development": services.development,
        "today": day_of(services.clock()),
        "mark": _mark(caller) if caller else "",
        "fresh_key": lambda: str(uuid4()),
        "flash": None,
        "here_is": _PLACES.get(name, ""),
        "registers": REGISTERS,
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


def refused_page(request: Request, refused: Refused, status: int) -> Response:
    """Tell a person what was refused and what to do."""
    services = services_of(request)
    return page(services, None, "refused.html", status, refused=refused)


async def to_sign_in(request: Request) -> Response:
    """Send a stranger to the sign-in page, and back again afterwards.

    Whose session ended under a filled-in form is told so, and gets the texts back to copy; of a stranger's
    form nothing is read.
    """
    services = services_of(request)
    if request.method == "GET":
        return see_other(f"/login?next={quote(request.url.path)}")
    cookie = request.cookies.get(cookie_name(services), "")
    if not cookie or not await sessions.was_ours(services.db, cookie):
        return see_other("/login?next=/")
    demand_same_site(request, services)
    typed = texts_of(await read_form(request, MAX_TOTAL_BYTES + FORM_BYTES))
    kept = {field_label(name): typed[name] for name in _PROSE if typed.get(name)}
    came_from = urlsplit(request.headers.get("referer", "")).path
    values = {"next": own_path(came_from), "login": "", "error": "", "kept": kept, "ended": True}
    return page(services, None, "login.html", 401, **values)


def own_path(address: str) -> str:
    """Keep only an address of ours: one slash, then no second and no backslash."""
    safe = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if safe else "/"
