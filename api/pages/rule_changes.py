"""Calendar years and policy versions: what is in force, what is proposed, what a second person does."""

from __future__ import annotations

from collections import defaultdict

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import RULE_APPROVERS, Ours, PageOffice, PageRuleApprover, PageStaff
from api.gated_route import GatedRoute
from api.pages.frame import body_of, filled, form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back
from office.caller import Caller
from office.once import claim_body, id_under, usable_key
from office.ports import Services
from office.refused import Refused
from office.rules.reading_rules import read_change
from office.rules.rule_changes import (
    DecisionBody,
    ProposalBody,
    decide,
    find,
    preview,
    propose,
    year_missing,
)
from store import proposals
from store.people import accounts
from store.proposals import ProposalState
from store.registers.rule_changes import ChangeKind, report_of
from store.tables import RuleChangeRow

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/rule-changes")
async def show_all(services: Ours, caller: PageStaff, back: Back) -> Response:
    """Show what is in force and every change on its way."""
    return await _all(services, caller, back)


async def _all(
    services: Services,
    caller: Caller,
    back: Returned,
) -> Response:
    async with services.db.reading() as session:
        rows = await proposals.recent(session, RuleChangeRow)
        names = await accounts.names(session)
    return page(
        services,
        caller,
        "rule_changes.html",
        back.status,
        rows=[(row, ChangeKind(row.kind), ProposalState(row.state)) for row in rows],
        names=names,
        years=[year for year in services.calendar.years if year.announced][-4:],
        policies=services.in_force.policies,
        missing=await year_missing(services.db, services.calendar),
        kinds=[(kind.value, kind.label) for kind in ChangeKind],
        may_propose=caller.role.value != "auditor",
        typed=defaultdict(str, back.fields),
        refused=back.refused,
        flash=back.flash,
    )


@router.post("/rule-changes")
async def put_forward(request: Request, services: Ours, caller: PageOffice) -> Response:
    """Keep a proposal and show what it would change."""
    fields = await form_of(request, caller)
    key = usable_key(fields.pop("key", ""))
    try:
        body = body_of(ProposalBody, filled(fields))
        await claim_body(services, caller, key, "rule-changes", body)
        row = await propose(services, id_under(caller, key), body, caller.actor)
    except Refused as refused:
        return await give_back(services, caller, "/rule-changes", refused, fields)
    return back_to(f"/rule-changes/{row.id}", "proposed")


@router.get("/rule-changes/{change_id}")
async def show(services: Ours, caller: PageStaff, change_id: str, back: Back) -> Response:
    """Show one change, what it does to each open problem, and what became of it."""
    return await _one(services, caller, change_id, back)


async def _one(
    services: Services,
    caller: Caller,
    change_id: str,
    back: Returned,
) -> Response:
    row = await find(services, change_id)
    async with services.db.reading() as session:
        names = await accounts.names(session)
    waits = row.state == ProposalState.PROPOSED
    change = read_change(services, ChangeKind(row.kind), row.content, kept=True)
    report = report_of(row)
    return page(
        services,
        caller,
        "rule_change.html",
        back.status,
        row=row,
        kind=ChangeKind(row.kind),
        state=ProposalState(row.state),
        names=names,
        effects=await preview(services, change) if waits else (),
        applied=sum(not one.code for one in report),
        left=[one for one in report if one.code],
        may_decide=waits and caller.role in RULE_APPROVERS and caller.account.id != row.proposed_by,
        refused=back.refused,
        flash=back.flash,
    )


@router.post("/rule-changes/{change_id}")
async def settle(
    request: Request, services: Ours, caller: PageRuleApprover, change_id: str
) -> Response:
    """Approve or decline as the second person."""
    fields = await form_of(request, caller)
    fields.pop("key", "")
    try:
        body = body_of(DecisionBody, {"to_open": False, **filled(fields)})
        await decide(services, change_id, body, caller.actor)
    except Refused as refused:
        return await give_back(services, caller, f"/rule-changes/{change_id}", refused)
    return back_to(f"/rule-changes/{change_id}", "decided")
