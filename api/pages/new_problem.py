"""Registering a new problem."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Ours, PageOfficer
from api.gated_route import GatedRoute
from api.pages.frame import address_of, body_of, filled, form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back, say_at
from domain.catalogues import clue_sources, key_contents, key_objects
from domain.catalogues.districts import valid_districts
from domain.key_regions import is_asked
from domain.local_time import day_of
from domain.words.rules import feedback_words
from office.answering.answers import Answer
from office.caller import Caller
from office.once import take_in, usable_key
from office.ports import Services
from office.refused import Refused
from office.registering.new_problem import NewProblem
from office.trying import demand_confirmed, try_new
from store.lives import problems
from store.registers import inspection_groups, six_batches

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/problems/new")
async def ask_new(services: Ours, caller: PageOfficer, back: Back) -> Response:
    """Ask for a new problem."""
    return await _new_page(services, caller, back)


async def _new_page(services: Services, caller: Caller, back: Returned) -> Response:
    fields, today = back.fields, day_of(services.clock())
    async with services.db.reading() as session:
        groups = await inspection_groups.groups(session)
        batches = await six_batches.in_force(session)
    return page(
        services,
        caller,
        "new_problem.html",
        back.status,
        feedback_period=feedback_words(services.in_force.on(today)),
        fields=defaultdict(str, fields),
        refused=back.refused,
        districts=valid_districts(today),
        some_further=any(name.startswith("further_") for name in fields),
        contents=key_contents.KEY_CONTENTS,
        asked_units=[unit.code for unit in valid_districts(today) if is_asked(unit.code)],
        objects=key_objects.KEY_OBJECTS,
        sources=clue_sources.CLUE_SOURCES,
        groups=groups,
        batches=batches,
    )


@router.post("/problems/new")
async def register(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Register a problem and transfer it at once when a transfer date is given."""
    fields = await form_of(request, caller)
    key, confirmed = usable_key(fields.pop("key", "")), bool(fields.pop("confirmed", ""))
    try:
        new = _new_problem(fields)
        demand_confirmed(await try_new(services, caller, new), confirmed=confirmed)
        answer = await take_in(services, caller, key, new)
        _demand_known(answer)
    except Refused as refused:
        return await give_back(services, caller, "/problems/new", refused, fields)
    number = str(answer.body["problem_no"])
    await _appears(services, number)
    alike = "、".join(answer.body.get("possible_duplicates", ()))
    said = [f"该企业已有同类在办问题{alike}，确属重复的可合并办理"] if alike else []
    said += [f"{one['column']}：{one['message']}" for one in answer.body.get("warnings", ())]
    if not said:
        return back_to(address_of(number), "problem_registered")
    return await say_at(services, caller, address_of(number), "；".join(("问题已登记", *said)))


def _new_problem(fields: dict[str, str]) -> NewProblem:
    values = filled(fields)
    transfer = {
        name: values.pop(f"transfer_{name}")
        for name in ("on", "document_no", "rectification_due_on", "served_on", "served_by")
        if f"transfer_{name}" in values
    }
    further = [values.pop(name) for name in list(values) if name.startswith("further_")]
    if further and not values.get("key_content"):
        values["key_content"] = further.pop(0)
    further = [code for code in further if code != values.get("key_content")]
    values |= {"further_contents": further} if further else {}
    return body_of(NewProblem, values | ({"transfer": transfer} if transfer else {}))


def _demand_known(answer: Answer) -> None:
    """Raise what a person is told of a command that was refused or is not settled yet."""
    if answer.state == "open":
        raise Refused(
            "unavailable", "已收到，正在确认登记结果；请稍后在问题清单中查看，勿重复登记。"
        )
    if answer.refusal is not None:
        raise answer.refusal


async def _appears(services: Services, problem_no: str) -> None:
    """Wait a moment until what was begun can be read; the page says so when it takes longer."""
    for _ in range(40):
        async with services.db.reading() as session:
            if await problems.row(session, problem_no) is not None:
                return
        await asyncio.sleep(0.1)
