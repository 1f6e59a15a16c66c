"""From one problem to the next that waits for whoever asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import Ours, PageOfficer
from api.forms import see_other
from api.gated_route import GatedRoute
from api.pages.frame import address_of
from api.pages.given_back import back_to
from domain.roles import SUPERVISORS
from office.caller import Caller
from office.desk.duties import Owed, owed
from office.typed import Line

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/next")
async def following(
    services: Ours, caller: PageOfficer, after: Annotated[Line, Query()] = ""
) -> Response:
    """Lead to the next problem of the desk: the one below `after`, or the first where that one is done."""
    numbers = _in_order(await owed(services), caller)
    place = numbers.index(after) + 1 if after in numbers else 0
    left = [*numbers[place:], *numbers[:place]]
    chosen = next((number for number in left if number != after), None)
    return see_other(address_of(chosen)) if chosen else back_to("/", "nothing_next")


def _in_order(ours: Owed, caller: Caller) -> list[str]:
    """Give the problems with something to do for the caller, approvals first to whoever approves."""
    mine = [duty for duty in ours.approvals if caller.actor.id not in duty.proposers]
    duties = [*mine, *ours.alone] if caller.role in SUPERVISORS else ours.alone
    return list(dict.fromkeys(duty.problem.problem_no for duty in duties))
