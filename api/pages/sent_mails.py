"""A mail as it went out, for officers to read: exactly what a district was told."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import Ours, PageReader
from api.gated_route import GatedRoute
from api.pages.frame import page
from domain.notices import NoticeKind
from office.refused import Refused
from store.mail import sent_texts

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/problems/{problem_no}/mails/{delivery_id}")
async def show(services: Ours, caller: PageReader, problem_no: str, delivery_id: int) -> Response:
    """Show one mail about a problem as it was handed over, its link left out."""
    async with services.db.reading() as session:
        mail = await sent_texts.read(session, problem_no, delivery_id)
    if mail is None:
        raise Refused("mail_not_found")
    label = NoticeKind(mail.kind).label
    return page(services, caller, "sent_mail.html", mail=mail, label=label, problem_no=problem_no)
