"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.access import Ours, PageStaff, cookie_name
from api.forms import demand_same_site
from api.gated_route import GatedRoute
from api.pages.frame import back_to, form_of, own_path, page
from domain.plain_text import line
from store import sessions
from store.accounts import AccountRefused

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/login")
async def ask(services: Ours, next: str = "/") -> Response:
    """Ask for login and password."""
    return page(services, None, "login.html", next=own_path(next), login="", error="")


@router.post("/login")
async def sign_in(
    request: Request,
    services: Ours,
    login: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=500)] = "",
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Open a session, or say why not."""
    demand_same_site(request, services)
    address = request.client.host if request.client else ""
    try:
        cookie = await sessions.sign_in(services.db, line(login), password, address)
    except AccountRefused as refused:
        values = {"next": own_path(next), "login": login, "error": str(refused)}
        status = 429 if refused.code == "too_many_attempts" else 401
        return page(services, None, "login.html", status, **values)
    response = back_to(own_path(next))
    response.set_cookie(
        cookie_name(services),
        cookie,
        httponly=True,
        samesite="lax",
        secure=services.secure,
        path="/",
    )
    return response


@router.post("/logout")
async def sign_out(request: Request, services: Ours, caller: PageStaff) -> Response:
    """End the session."""
    await form_of(request, caller)
    await sessions.sign_out(services.db, caller.cookie)
    response = back_to("/login")
    response.delete_cookie(cookie_name(services), path="/")
    return response
