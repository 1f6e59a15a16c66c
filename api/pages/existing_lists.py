"""Running problems brought in by list: proposed after its preview, approved by a second person."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Ours, PageBroughtInApprover, PageOfficer
from api.gated_route import GatedRoute
from api.pages.frame import body_of, filled, form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back
from domain.roles import SUPERVISORS
from gateways.evidence import DamagedEvidence, NoSuchEvidence
from gateways.problem_list.refusals import Hidden
from office.caller import Caller
from office.once import usable_key
from office.ports import Services
from office.refused import Refused
from office.registering.existing_lists import (
    ExistingDecision,
    decide,
    find,
    propose,
    read_kept,
    rehearse,
)
from store.lives import batches
from store.people import accounts
from store.proposals import ProposalState

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.post("/import/existing")
async def put_forward(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Propose what was previewed; the form's key makes a double click one proposal."""
    fields = await form_of(request, caller)
    try:
        content = await asyncio.to_thread(services.evidence.read, fields.get("sha256", ""))
    except (NoSuchEvidence, DamagedEvidence) as error:
        raise Refused("list_missing") from error
    said = fields.get("hidden", "")
    hidden = Hidden(said) if said in set(Hidden) else Hidden.ASK
    key, name = usable_key(fields.get("key", "")), fields.get("file_name", "")
    row = await propose(services, caller, key, name, content, hidden)
    where = f"/import/existing/{quote(row.id, safe='')}"
    return back_to(where, "proposed")


@router.get("/import/existing/{list_id}")
async def show(services: Ours, caller: PageOfficer, list_id: str, back: Back) -> Response:
    """Show a proposed list with what would become of each row, or what was decided."""
    return await _one(services, caller, list_id, back)


async def _one(
    services: Services,
    caller: Caller,
    list_id: str,
    back: Returned,
) -> Response:
    row = await find(services, list_id)
    waits = row.state == ProposalState.PROPOSED
    result = await rehearse(services, await read_kept(services, row)) if waits else None
    async with services.db.reading() as session:
        names = await accounts.names(session)
        batch = await batches.get(session, row.id)
    other = caller.role in SUPERVISORS and caller.account.id != row.proposed_by
    return page(
        services,
        caller,
        "existing_list.html",
        back.status,
        row=row,
        state=ProposalState(row.state),
        names=names,
        batch=batch,
        result=result,
        may_decide=waits and other,
        refused=back.refused,
        flash=back.flash,
    )


@router.post("/import/existing/{list_id}")
async def settle(
    request: Request, services: Ours, caller: PageBroughtInApprover, list_id: str
) -> Response:
    """Approve or decline as the second person."""
    fields = await form_of(request, caller)
    fields.pop("key", "")
    where = f"/import/existing/{quote(list_id, safe='')}"
    try:
        body = body_of(ExistingDecision, filled(fields))
        await decide(services, list_id, body, caller.actor)
    except Refused as refused:
        return await give_back(services, caller, where, refused)
    return back_to(where, "decided")
