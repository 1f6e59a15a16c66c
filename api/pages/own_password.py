"""Choosing one's own password: with the old one, or by a one-time link."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.access import Ours, PageChooser
from api.errors import STATUS
from api.forms import demand_same_site
from api.gated_route import GatedRoute
from api.pages.frame import form_of, page
from api.pages.given_back import Back, back_to, give_back
from api.pages.refused_strangers import StrangerTold, back_with
from api.pages.signing_in import browser_of, know_again
from office.ports import Services
from office.refused import Refused
from store.people import chosen_passwords
from store.people.accounts import AccountRefused
from store.people.password_rule import SHORTEST

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
_LONGEST_FIELD = 500
Typed = Annotated[str, Form(max_length=_LONGEST_FIELD)]


@router.get("/password")
async def ask(services: Ours, caller: PageChooser, back: Back) -> Response:
    """Ask for the old password and a new one."""
    error = back.refused.detail if back.refused else ""
    return page(services, caller, "own_password.html", back.status, error=error, least=SHORTEST)


@router.post("/password")
async def change(request: Request, services: Ours, caller: PageChooser) -> Response:
    """Change one's own password."""
    fields = await form_of(request, caller)
    old, new = (fields.get(name, "")[:_LONGEST_FIELD] for name in ("old", "new"))
    try:
        _demand_same(new, fields.get("again", ""))
        browser = browser_of(request, services)
        await chosen_passwords.change(services.db, caller.account, browser, old, new)
    except AccountRefused as refused:
        return await give_back(services, caller, "/password", Refused.by_rule(refused))
    return back_to("/accounts", "password_changed")


@router.get("/password/{token}")
async def ask_by_link(services: Ours, refused: StrangerTold, token: str) -> Response:
    """Ask for a password; looking at the page uses nothing up."""
    try:
        account = await chosen_passwords.account_of_link(services.db, token)
    except AccountRefused as over:
        return _first(services, STATUS[over.code], error=str(over), account=None)
    error, status = (refused.words, refused.status) if refused else ("", 200)
    return _first(services, status, error=error, account=account, token=token)


def _first(services: Services, status: int, **values: object) -> Response:
    return page(services, None, "first_password.html", status, least=SHORTEST, **values)


@router.post("/password/{token}")
async def choose(
    request: Request, services: Ours, token: str, new: Typed = "", again: Typed = ""
) -> Response:
    """Set the chosen password; the link is used up."""
    demand_same_site(request, services)
    try:
        _demand_same(new, again)
        device = await chosen_passwords.choose_by_link(services.db, token, new)
    except AccountRefused as refused:
        return back_with(services, f"/password/{quote(token, safe='')}", refused)
    response = back_to("/login", "password_chosen")
    know_again(response, services, device)
    return response


def _demand_same(new: str, again: str) -> None:
    if new != again:
        raise AccountRefused("passwords_differ")
