"""What every page shares: the frame, the forms' marks, and telling people what became of it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from api.access import OFFICE, cookie_name, demand_same_site, services_of
from api.field_labels import field_label
from domain.local_time import day_of
from office.caller import Caller
from office.ports import Services
from office.refused import Refused

_PLACES = {
    "desk.html": "/",
    "problems.html": "/problems",
    "problem.html": "/problems",
    "new_problem.html": "/problems/new",
    "import.html": "/import",
    "import_preview.html": "/import",
    "import_progress.html": "/import",
    "supervisory_list.html": "/supervisory-list",
    "scores.html": "/scores",
    "inspection_groups.html": "/inspection-groups",
    "draws.html": "/draws",
    "contacts.html": "/contacts",
    "rule_changes.html": "/rule-changes",
    "rule_change.html": "/rule-changes",
    "accounts.html": "/accounts",
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
        "mark": caller.form_mark if caller else "",
        "fresh_key": lambda: str(uuid4()),
        "flash": None,
        "here_is": _PLACES.get(name, ""),
    }
    return HTMLResponse(services.renderer.page(f"pages/{name}", **(frame | values)), status)


_MOST_FILES = 10


async def form_of(request: Request, caller: Caller) -> dict[str, str]:
    """Give a form's text fields once its mark is right; raises Refused."""
    form = await request.form(max_files=_MOST_FILES, max_fields=60)
    fields = {n: value.replace("\0", "") for n, value in form.items() if isinstance(value, str)}
    if not hmac.compare_digest(fields.pop("mark", ""), caller.form_mark):
        raise Refused("form_expired")
    return fields


async def files_of(request: Request) -> list[UploadFile]:
    """Give the files chosen in a form that `form_of` has read."""
    form = await request.form(max_files=_MOST_FILES, max_fields=60)
    return [
        part for part in form.getlist("files") if isinstance(part, UploadFile) and part.filename
    ]


async def many_of(request: Request, name: str) -> tuple[str, ...]:
    """Give every value chosen under one name of a form that `form_of` has read."""
    form = await request.form(max_files=1, max_fields=60)
    return tuple(value for value in form.getlist(name) if isinstance(value, str))


def filled(fields: Mapping[str, str]) -> dict[str, Any]:
    """Leave out what was left empty, so that the model's own default stands."""
    return {name: value for name, value in fields.items() if value.strip()}


def back_to(address: str, flash: str = "") -> RedirectResponse:
    """Go on by GET, with a word about what was done."""
    suffix = f"?flash={quote(flash)}" if flash else ""
    return RedirectResponse(f"{address}{suffix}", 303)


def refused_page(request: Request, refused: Refused, status: int) -> Response:
    """Tell a person what was refused and what to do."""
    services = services_of(request)
    return page(services, None, "refused.html", status, refused=refused)


async def to_sign_in(request: Request) -> Response:
    """Send a stranger to the sign-in page, and back again afterwards.

    Whose session ended under a filled-in form is told so, and gets the texts back to copy.
    """
    services = services_of(request)
    if request.method == "GET":
        return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
    if cookie_name(services) not in request.cookies:
        return RedirectResponse("/login?next=/", 303)
    demand_same_site(request, services)
    form = await request.form(max_files=1, max_fields=60)
    kept = {field_label(name): form[name] for name in _PROSE if form.get(name)}
    came_from = urlsplit(request.headers.get("referer", "")).path
    values = {"next": own_path(came_from), "login": "", "error": "", "kept": kept, "ended": True}
    return page(services, None, "login.html", 401, **values)


def own_path(address: str) -> str:
    """Keep only an address of ours: one slash, then no second and no backslash."""
    safe = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if safe else "/"
