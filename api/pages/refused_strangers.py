"""Forms of those who have not signed in lead back by GET too, with the reason kept by their own browser.

A stranger's refusals are no rows of the store, or strangers would fill it. What the browser brings back
is a code with the few values its sentence needs; whatever else it says is not shown. No password is kept.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.access import Ours, cookie_name
from api.errors import STATUS
from api.forms import see_other
from office.ports import Services
from store.people.accounts import AccountRefused
from store.people.password_rule import SHORTEST

KEPT_SECONDS = 600
_LONGEST_ID = 20


class Told(BaseModel):
    """Why a form was refused, under which id its page asks for it, and the login that was typed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(max_length=_LONGEST_ID)
    code: str
    login: str = Field("", max_length=100)
    minutes: int = Field(1, ge=1, le=60)

    @property
    def words(self) -> str:
        """The reason in words."""
        return str(AccountRefused(self.code, minutes=self.minutes, least=SHORTEST))

    @property
    def status(self) -> int:
        """The status under which the page is shown."""
        return STATUS[self.code]


TOLD_TO_STRANGERS = frozenset(
    {
        "wrong_login",
        "too_many_attempts",
        "signing_in_busy",
        "passwords_differ",
        "password_too_short",
        "password_too_common",
        "link_over",
    }
)


async def _told(request: Request, services: Ours, returned: str = "") -> Told | None:
    cookie = request.cookies.get(_name(services), "")
    if not returned or not cookie:
        return None
    try:
        told = Told.model_validate_json(base64.urlsafe_b64decode(cookie.encode()))
    except (ValidationError, ValueError, binascii.Error):
        return None
    return told if told.id == returned and told.code in TOLD_TO_STRANGERS else None


StrangerTold = Annotated[Told | None, Depends(_told)]
"""What a stranger's page is told of the form that led to it."""


def back_with(
    services: Services, address: str, refused: AccountRefused, login: str = ""
) -> RedirectResponse:
    """Lead a stranger back to the form at `address`, with the reason."""
    minutes = refused.details.get("minutes", 1)
    told = Told(
        id=secrets.token_urlsafe(9),
        code=refused.code,
        login=login[:100],
        minutes=minutes if isinstance(minutes, int) else 1,
    )
    joint = "&" if "?" in address else "?"
    response = see_other(f"{address}{joint}returned={told.id}")
    value = base64.urlsafe_b64encode(told.model_dump_json().encode()).decode()
    response.set_cookie(
        _name(services),
        value,
        max_age=KEPT_SECONDS,
        httponly=True,
        samesite="lax",
        secure=services.secure,
        path="/",
    )
    return response


def _name(services: Services) -> str:
    return f"{cookie_name(services)}-refused"
