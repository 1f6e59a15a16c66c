"""Doing an act on a problem from its page; a grave one is shown first, with what it would come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Ours, PageActing
from api.forms import FORM_BYTES, files_of, see_other
from api.gated_route import GatedRoute
from api.pages.frame import address_of, body_of, filled, form_of, page
from api.pages.given_back import Back, back_to, give_back
from domain.commands import Command, TransferProblem
from gateways.uploads import MAX_TOTAL_BYTES
from office.acts import BY_PATH
from office.acts.act import Act, Doing
from office.answering.answers import Answer
from office.answering.scans import take_scan
from office.caller import Caller
from office.once import act, id_under, usable_key
from office.ports import Services
from office.refused import Refused
from office.second_look import look
from office.trying import demand_confirmed, try_act
from office.typed import NothingBody
from store.codec import json_text
from store.lives import problems

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
SCANS_BYTES = MAX_TOTAL_BYTES + FORM_BYTES
_UNSEEN = "second_look"
_RECONSIDERED = "reconsidered"


@router.get("/problems/{problem_no}/second-look")
async def show(services: Ours, caller: PageActing, problem_no: str, back: Back) -> Response:
    """Show what a grave act would come to; lead back where nothing grave is in it any more."""
    one, home = BY_PATH.get(back.act), address_of(problem_no)
    if one is None or caller.role not in one.right:
        return see_other(home)
    try:
        values = _values(one, filled(back.fields))
        ahead = await look(
            services, problem_no, await _command(services, caller, problem_no, one, "look", values)
        )
    except Refused as refused:
        return await give_back(services, caller, home, refused, back.fields, act=one.path)
    if ahead is None:
        again = Refused(_RECONSIDERED)
        return await give_back(services, caller, home, again, back.fields, act=one.path)
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    shown = {"look": ahead, "act": one, "problem": problem, "fields": back.fields}
    return page(services, caller, "second_look.html", **shown)


@router.post("/problems/{problem_no}/{what}", max_body_size=SCANS_BYTES)
async def do(
    request: Request, services: Ours, caller: PageActing, problem_no: str, what: str
) -> Response:
    """Do one act on a problem; show a grave one first."""
    one, home = BY_PATH.get(what), address_of(problem_no)
    if one is None:
        raise Refused("not_found")
    if caller.role not in one.right:
        raise Refused("not_allowed", role=caller.role.label)
    fields = await form_of(request, caller, SCANS_BYTES)
    key, seen = usable_key(fields.pop("key", "")), fields.pop("seen", "")
    try:
        if fields.pop("reconsider", ""):
            raise Refused(_RECONSIDERED)
        answer = await _done(request, services, caller, key, problem_no, one, filled(fields), seen)
        if answer.state == "open":
            return back_to(home, "being_confirmed")
        if answer.refusal is not None:
            raise answer.refusal
    except Refused as refused:
        place = f"{home}/second-look" if refused.code == _UNSEEN else home
        return await give_back(services, caller, place, refused, fields, act=what)
    return back_to(home, f"done-{one.path}")


def _values(one: Act, fields: Mapping[str, str]) -> dict[str, Any]:
    """Give an act's form as its body wants it."""
    return {} if issubclass(one.body, NothingBody) else dict(one.form(fields))


async def _command(
    services: Services,
    caller: Caller,
    problem_no: str,
    one: Act,
    made_under: str,
    values: dict[str, Any],
) -> Command:
    """Read an act's form as the command it asks for; raises Refused."""
    doing = Doing(services=services, by=caller.actor, made_under=made_under, problem_no=problem_no)
    asked = {name: value for name, value in values.items() if name != "confirmed"}
    return await one.make(doing, body_of(one.body, asked))


async def _done(
    request: Request,
    services: Services,
    caller: Caller,
    key: str,
    problem_no: str,
    one: Act,
    fields: Mapping[str, str],
    seen: str,
) -> Answer:
    """Read an act's form and do it once; raises Refused."""
    values = _values(one, fields)
    if one.files:
        chosen = files_of(await request.form(), "files")
        values["files"] = [
            await take_scan(services, file.filename or "", await file.read()) for file in chosen
        ]
    made_under = id_under(caller, key)
    command = await _command(services, caller, problem_no, one, made_under, values)
    if isinstance(command, TransferProblem):
        tried = await try_act(services, problem_no, command)
        demand_confirmed(tried, confirmed=bool(values.get("confirmed")))
    if not one.files:
        await _demand_seen(services, problem_no, command, seen)
    return await act(services, caller, key, problem_no, command, asked=json_text(dict(fields)))


async def _demand_seen(services: Services, problem_no: str, command: Command, seen: str) -> None:
    """Refuse a grave act whose consequences, as they are now, nobody has looked at."""
    ahead = await look(services, problem_no, command)
    if ahead is not None and ahead.seal != seen:
        raise Refused(_UNSEEN)
