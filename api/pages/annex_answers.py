"""A filled annex form taken in: upload, preview, confirm; the preview afterwards is the result."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi.responses import Response

from api.access import Ours, PageOfficer
from api.downloads import download
from api.forms import FORM_BYTES
from api.gated_route import GatedRoute
from api.pages.frame import body_of, form_of, page
from api.pages.given_back import back_to, give_back
from office.answering.annex_intake import annotated, enter, kept, preview, sealed
from office.refused import Refused
from office.registering.list_imports import LIST_BYTES
from office.typed import Day, Typed

router = APIRouter(include_in_schema=False, route_class=GatedRoute)

Received = Annotated[Day, Query()]


class _Received(Typed):
    received_on: Day


@router.post("/import/answers", max_body_size=LIST_BYTES + FORM_BYTES)
async def take(
    request: Request, services: Ours, caller: PageOfficer, file: Annotated[UploadFile, File()]
) -> Response:
    """Keep an uploaded form and go on to its preview; nothing is entered."""
    fields = await form_of(request, caller, LIST_BYTES + FORM_BYTES)
    try:
        on = body_of(_Received, {"received_on": fields.get("received_on", "")}).received_on
        form = await sealed(services, await file.read(), file.filename or "", on)
        await preview(services, caller.actor, form)
    except Refused as refused:
        return await give_back(services, caller, "/import", refused)
    return back_to(_address(form.sha256, on, form.name))


def _address(sha256: str, on: date, name: str) -> str:
    return f"/import/answers/{sha256}?received_on={on}&name={quote(name[:100])}"


@router.get("/import/answers/{sha256}")
async def look(
    services: Ours,
    caller: PageOfficer,
    sha256: str,
    received_on: Received,
    name: str = "",
    entered: bool = False,
) -> Response:
    """Show what would become of each row, or what became of it."""
    form = await kept(services, sha256, name, received_on)
    result = await preview(services, caller.actor, form)
    values = {"result": result, "form": form, "entered": entered}
    return page(services, caller, "annex_answers.html", **values)


@router.post("/import/answers/{sha256}")
async def confirm(request: Request, services: Ours, caller: PageOfficer, sha256: str) -> Response:
    """Enter what was previewed; pressed twice it enters nothing twice."""
    fields = await form_of(request, caller)
    on = body_of(_Received, {"received_on": fields.get("received_on", "")}).received_on
    form = await kept(services, sha256, fields.get("name", ""), on)
    await enter(services, caller.actor, form)
    return back_to(f"{_address(sha256, on, form.name)}&entered=true")


@router.get("/import/answers/{sha256}/annotated.xlsx")
async def annotated_form(
    services: Ours, caller: PageOfficer, sha256: str, received_on: Received
) -> Response:
    """Give the form back with what becomes of each row."""
    form = await kept(services, sha256, "", received_on)
    content = await annotated(form, await preview(services, caller.actor, form))
    return download(content, "整改表检查结果.xlsx")
