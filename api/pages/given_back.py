"""Every posted form leads on by GET: to what was done, or back to its page with what is wrong.

So going back or loading a page again sends nothing anew. What was typed and what was refused is kept
for the account that typed it; the address carries a code or a row's id, never words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from api.access import Ours
from api.errors import status_of
from api.forms import see_other
from api.pages.notices import NOTICES
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from store.district import refused_forms

_NEVER_KEPT = frozenset({"password", "key", "mark", "seed", "seed_again"})


@dataclass(frozen=True, slots=True)
class Returned:
    """What a page is told of the form that led to it: a word, or a refusal with what was typed.

    `act` names the form of a page with several; `code` is the word's.
    """

    flash: str = ""
    code: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    refused: Refused | None = None
    act: str = ""

    @property
    def status(self) -> int:
        """The status under which the page is shown."""
        return status_of(self.refused) if self.refused else 200


NOTHING = Returned()


async def _returned(
    request: Request, services: Ours, flash: str = "", returned: str = ""
) -> Returned:
    code = flash if flash in NOTICES else ""
    told = Returned(NOTICES.get(code, ""), code)
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None or not returned:
        return told
    place, now = request.scope["path"], services.clock()
    async with services.db.reading() as session:
        body = await refused_forms.find(session, _owner(caller), place, returned, now)
    return _read(body) if body else told


Back = Annotated[Returned, Depends(_returned)]
"""Stands behind the gate in a signature: what is given back is the caller's own."""


def _owner(caller: Caller) -> str:
    return f"account:{caller.account.id}"


def _read(body: Mapping[str, Any]) -> Returned:
    if "said" in body:
        return Returned(body["said"])
    refused = Refused(body["code"], body["detail"], errors=body["errors"])
    return Returned(fields=body["fields"], refused=refused, act=body["act"])


def back_to(address: str, code: str = "") -> RedirectResponse:
    """Go on by GET, with the word of `NOTICES` about what was done."""
    if code and code not in NOTICES:
        raise ValueError(f"name the word {code!r} in api/pages/notices.py")
    return see_other(f"{address}?flash={code}" if code else address)


async def say_at(services: Services, caller: Caller, address: str, said: str) -> RedirectResponse:
    """Go on by GET, with words that no code knows: they tell of what was entered."""
    return await _keep(services, caller, address, {"said": said})


async def give_back(
    services: Services,
    caller: Caller,
    address: str,
    refused: Refused,
    fields: Mapping[str, str] | None = None,
    act: str = "",
) -> RedirectResponse:
    """Lead to the form's page, with what is wrong and what was typed."""
    kept = {name: typed for name, typed in (fields or {}).items() if name not in _NEVER_KEPT}
    body = {
        "code": refused.code,
        "detail": refused.detail,
        "errors": refused.errors,
        "fields": kept,
        "act": act,
    }
    return await _keep(services, caller, address, body)


async def _keep(
    services: Services, caller: Caller, address: str, body: Mapping[str, Any]
) -> RedirectResponse:
    given = await refused_forms.keep(services.db, _owner(caller), unquote(address), body)
    return see_other(f"{address}?returned={given}")
