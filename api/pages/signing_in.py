"""Signing in and out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.access import Ours, PageUnready, cookie_name, device_cookie_name
from api.forms import demand_same_site
from api.gated_route import GatedRoute
from api.pages.frame import form_of, page
from api.pages.given_back import Back, back_to
from api.pages.refused_strangers import StrangerTold, back_with
from api.places import LONGEST_PLACE, own_path
from domain.plain_text import line
from office.ports import Services
from store.people import sessions
from store.people.accounts import AccountRefused
from store.people.known_devices import REMEMBERED
from store.people.sessions import Browser

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/login")
async def ask(services: Ours, back: Back, refused: StrangerTold, next: str = "/") -> Response:
    """Ask for login and password, again where they were refused."""
    values = {
        "next": own_path(next),
        "login": refused.login if refused else "",
        "error": refused.words if refused else "",
        "flash": back.flash,
    }
    return page(services, None, "login.html", refused.status if refused else 200, **values)


@router.post("/login")
async def sign_in(
    request: Request,
    services: Ours,
    login: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=500)] = "",
    next: Annotated[str, Form(max_length=LONGEST_PLACE)] = "/",
) -> Response:
    """Open a session, or lead back to the form that says why not."""
    demand_same_site(request, services)
    browser = browser_of(request, services)
    try:
        known = await sessions.sign_in(services.db, line(login), password, browser)
    except AccountRefused as refused:
        address = f"/login?{urlencode({'next': own_path(next)})}"
        return back_with(services, address, refused, line(login))
    response = back_to(own_path(next))
    _set_cookie(response, services, cookie_name(services), known.session)
    know_again(response, services, known.device)
    return response


def browser_of(request: Request, services: Services) -> Browser:
    """Give what is known of the browser before anybody has signed in."""
    return Browser(
        address=request.client.host if request.client else "",
        device=request.cookies.get(device_cookie_name(services), ""),
        session=request.cookies.get(cookie_name(services), ""),
    )


def know_again(response: Response, services: Services, device: str) -> None:
    """Give a browser the cookie by which it is known when somebody signs in with it again."""
    age = int(REMEMBERED.total_seconds())
    _set_cookie(response, services, device_cookie_name(services), device, age)


def _set_cookie(
    response: Response, services: Services, name: str, value: str, age: int | None = None
) -> None:
    secure = services.secure
    response.set_cookie(
        name, value, max_age=age, httponly=True, samesite="lax", secure=secure, path="/"
    )


@router.post("/logout")
async def sign_out(request: Request, services: Ours, caller: PageUnready) -> Response:
    """End the session."""
    await form_of(request, caller)
    await sessions.sign_out(services.db, caller.cookie)
    response = back_to("/login")
    # Of a cookie that is bound to our host a browser lets nothing be said without `Secure`.
    response.delete_cookie(cookie_name(services), path="/", secure=services.secure, httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
