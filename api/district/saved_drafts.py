"""Saving a draft: what the page's own script posts while somebody is typing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.district.answer_form import AnswerPage
from api.district.appeals import AppealPage
from api.district.files import form_name
from api.district.frame import Side
from api.district.handing_in import save, typed_in
from api.district.requests import ExtensionPage, ObjectionPage
from api.district.sessions import posted, visit_to_papers

_DRAFT_BYTES = 256 * 1024
_FIELDS = {
    page.kind.value: page.fields for page in (AnswerPage, ExtensionPage, ObjectionPage, AppealPage)
}


def add_drafts(router: APIRouter, side: Side) -> None:
    """Add the saving of a form's draft."""

    @router.post("/draft")
    async def save_draft(request: Request) -> Response:
        visit, form = await posted(side, request, visit_to_papers, _DRAFT_BYTES)
        name = form_name(form)
        typed = typed_in(form, _FIELDS[name.partition("-")[0]])
        draft = await save(side, visit, name, typed)
        return JSONResponse({"saved_at": draft.saved_at.isoformat() if draft.saved_at else ""})
