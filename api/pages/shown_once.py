"""What is shown this once: a link, a token, codes for the day the telephone is lost.

The form that makes it leads on by GET like every other, so that going back or loading the page again makes
nothing anew. No store keeps it and no address carries it: the browser brings it back itself, sealed for this
session and this page, and the page takes it away.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from api.access import Ours, cookie_name
from api.forms import see_other
from office.caller import Caller
from office.ports import Services
from store.people.accounts import fingerprint

LASTS = timedelta(minutes=1)
"""From the form to its page; a browser goes there at once."""


class Once(BaseModel):
    """What is shown, on which page, and when it was made; `kind` says what the values are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str
    kind: str
    values: tuple[str, ...]
    at: AwareDatetime


def lead_to(services: Services, caller: Caller, place: str, kind: str, *values: str) -> Response:
    """Go on by GET to the page that shows this once."""
    told = Once(place=urlsplit(place).path, kind=kind, values=values, at=services.clock())
    sealed = services.seals.seal(told.model_dump_json(), _owner(caller))
    response = see_other(place)
    response.set_cookie(
        _name(services),
        base64.urlsafe_b64encode(sealed.encode()).decode(),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=services.secure,
        path="/",
    )
    return response


async def _once(request: Request, services: Ours) -> Once | None:
    cookie = request.cookies.get(_name(services), "")
    caller: Caller | None = getattr(request.state, "caller", None)
    if not cookie or caller is None:
        return None
    told = _read(services, cookie, _owner(caller))
    if told is None or told.place != request.scope["path"]:
        return None
    return told if _is_young(told.at, services.clock()) else None


ToShow = Annotated[Once | None, Depends(_once)]
"""Stands behind the gate in a signature: what is shown is the caller's own."""


def shown(response: Response, services: Services, once: Once | None) -> Response:
    """Take away from the browser what its page shows."""
    if once is not None:
        response.delete_cookie(
            _name(services), path="/", secure=services.secure, httponly=True, samesite="lax"
        )
    return response


def _read(services: Services, cookie: str, owner: str) -> Once | None:
    try:
        sealed = base64.urlsafe_b64decode(cookie.encode()).decode()
        # What is not sealed would be taken as it is.
        plain = services.seals.opened(sealed, owner) if services.seals.is_current(sealed) else None
        return Once.model_validate_json(plain) if plain else None
    except (ValidationError, ValueError, binascii.Error):
        return None


def _is_young(at: datetime, now: datetime) -> bool:
    return timedelta() <= now - at < LASTS


def _owner(caller: Caller) -> str:
    return f"shown once to {caller.account.id} in {fingerprint(caller.cookie)}"


def _name(services: Services) -> str:
    return f"{cookie_name(services)}-once"
