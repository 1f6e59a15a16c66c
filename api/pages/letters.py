"""Mails that people wrote to the sender's address, and what came back and could not be matched."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import OFFICE, Ours, PageOfficer, PageReader
from api.gated_route import GatedRoute
from api.letter_files import handed_out
from api.pages.frame import body_of, filled, form_of, page
from api.pages.given_back import Back, back_to, give_back
from office.answering.late_returns import SettlementBody
from office.refused import Refused, allowed
from store.mail import late_returns, letters
from store.mail.letters import LetterKind
from store.people import accounts

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
HOME = "/letters"


@router.get(HOME)
async def show(services: Ours, caller: PageReader, back: Back) -> Response:
    """Show what waits, and what was dealt with last."""
    async with services.db.reading() as session:
        waiting = await letters.waiting(session)
        number = await letters.count_waiting(session)
        done = await letters.done(session)
        names = await accounts.names(session)
        late = await late_returns.waiting(session)
        late_settled = await late_returns.settled(session)
    return page(
        services,
        caller,
        "letters.html",
        back.status,
        waiting=waiting,
        number=number,
        done=done,
        names=names,
        kind=lambda row: LetterKind(row.kind).label,
        files=letters.files_of,
        left_out=letters.left_out_of,
        may_settle=caller.role in OFFICE,
        late=late,
        late_settled=late_settled,
        typed_words=back.fields.get("words", ""),
        typed_for=back.act,
        refused=back.refused,
        flash=back.flash,
    )


@router.post("/letters/{letter_id}/done")
async def settle(request: Request, services: Ours, caller: PageOfficer, letter_id: str) -> Response:
    """Note that somebody dealt with a mail."""
    await form_of(request, caller)
    await allowed(letters.settle(services.db, letter_id, caller.account.id))
    return back_to(HOME, "letter_done")


@router.post("/late-returns/{delivery_id}/settlement")
async def settle_late_return(
    request: Request, services: Ours, caller: PageOfficer, delivery_id: int
) -> Response:
    """Note what was done about the notice of a deduction that came back after the life's end."""
    fields = await form_of(request, caller)
    try:
        words = body_of(SettlementBody, filled(fields)).words
        await allowed(late_returns.settle(services.db, delivery_id, caller.account.id, words))
    except Refused as refused:
        return await give_back(services, caller, HOME, refused, fields, str(delivery_id))
    return back_to(HOME, "late_return_settled")


@router.get("/letters/{letter_id}/files/{sha256}")
async def attachment(services: Ours, _: PageReader, letter_id: str, sha256: str) -> Response:
    """Give an attachment as it came, to be kept and never opened in the browser."""
    return await handed_out(services, letter_id, sha256)
