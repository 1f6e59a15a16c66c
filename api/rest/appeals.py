"""Appeals against a deduction, by the deduction's number in the ledger."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from api.access import Gate, Ours
from api.rest.acts import done
from api.rest.answers import Key, RowNumber
from api.rest.strict import StrictRoute
from office.acts.appeal import DECISION, AppealDecisionBody, AppealOnPageBody
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from store.lives import problems
from store.points import ledger

Decider = Annotated[Caller, Depends(Gate(*DECISION.right))]

router = APIRouter(tags=["问题（特殊情形）"], route_class=StrictRoute)


@router.post(f"{DECISION.at}/{DECISION.path}", description=DECISION.description)
async def decide_appeal(
    services: Ours, caller: Decider, key: Key, deduction_id: RowNumber, body: AppealDecisionBody
) -> JSONResponse:
    """Find the appeal by its deduction, then decide it like the page does."""
    problem_no, receipt_id = await _appeal_of(services, deduction_id)
    known = AppealOnPageBody(receipt_id=receipt_id, **body.model_dump())
    return await done(services, caller, key, problem_no, DECISION, known)


async def _appeal_of(services: Services, deduction_id: int) -> tuple[str, str]:
    """Find the problem and the appeal of a ledger row."""
    async with services.db.reading() as session:
        row = await ledger.row(session, deduction_id)
        problem = await problems.get(session, row.problem_no) if row else None
    deduction = problem.deduction(row.seq) if problem and row else None
    if problem is None or deduction is None:
        raise Refused("deduction_not_found", deduction=deduction_id)
    if deduction.appeal is None:
        raise Refused("appeal_not_found", deduction=deduction_id)
    return problem.problem_no, deduction.appeal.receipt_id
