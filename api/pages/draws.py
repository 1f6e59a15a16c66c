"""Random draws: announce one, draw when its seed is known, look at all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import OFFICE, Ours, PageDrawer, PageReader
from api.gated_route import GatedRoute
from api.pages.frame import body_of, filled, form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back
from domain.catalogues import key_contents
from domain.draw.announcing import LATEST_SEED, rule_of
from domain.draw.announcing import is_candidate as may_be_drawn
from domain.local_time import day_of
from domain.outcomes import Reply
from domain.positive_list import stay_of
from domain.revisits import must_be_revisited
from office.caller import Caller
from office.once import usable_key
from office.ports import Services
from office.refused import Refused
from office.registers.draws import (
    DrawBody,
    SeedBody,
    announce,
    conclude,
    enter,
    left_out_words,
    names_of_people,
    outcome_words,
    outcomes,
    people_words,
    the_draw,
    words_of_rule,
)
from store.registers import draws, positive_list

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/draws")
async def show_all(services: Ours, caller: PageReader, back: Back) -> Response:
    """Show all draws, and to the office who would take part in the next one."""
    return await _all(services, caller, back)


async def _all(
    services: Services,
    caller: Caller,
    back: Returned,
) -> Response:
    today = day_of(services.clock())
    async with services.db.reading() as session:
        found = await draws.recent(session)
        there = [one for one in await draws.candidates(session) if may_be_drawn(one)]
        listings = await positive_list.approved(session)
    waiting = [
        one
        for one in there
        if must_be_revisited(one) or stay_of(listings, one.facts, today) is None
    ]
    return page(
        services,
        caller,
        "draws.html",
        back.status,
        draws=found,
        waiting=waiting,
        left_out=len(there) - len(waiting),
        must=sum(bool(must_be_revisited(one)) for one in waiting),
        rule=rule_of(services.policy),
        first=today + timedelta(days=1),
        last=today + LATEST_SEED,
        fields=defaultdict(str, back.fields),
        refused=back.refused,
        flash=back.flash,
    )


@router.post("/draws")
async def announce_draw(request: Request, services: Ours, caller: PageDrawer) -> Response:
    """Fix a draw."""
    fields = await form_of(request, caller)
    key = usable_key(fields.pop("key", ""))
    try:
        made = await announce(services, caller, key, body_of(DrawBody, filled(fields)))
    except Refused as refused:
        return await give_back(services, caller, "/draws", refused, fields)
    return back_to(f"/draws/{made.announcement.draw_id}", "draw_announced")


@router.get("/draws/{draw_id}")
async def show(services: Ours, caller: PageReader, draw_id: str, back: Back) -> Response:
    """Show one draw."""
    return await _one(services, caller, draw_id, back)


async def _one(
    services: Services,
    caller: Caller,
    draw_id: str,
    back: Returned,
) -> Response:
    draw = await the_draw(services, draw_id)
    async with services.db.reading() as session:
        recorded = await draws.recorded(session, draw)
    names = await names_of_people(services) if caller.role in OFFICE else {}
    return page(
        services,
        caller,
        "draw.html",
        back.status,
        draw=draw,
        made=draw.announcement,
        rule=words_of_rule(draw.announcement),
        left_out_words=left_out_words,
        rows=[
            (one, drawn, outcome_words(drawn), _content(one.key_content))
            for one, drawn in outcomes(draw)
        ],
        recorded=recorded,
        people=lambda ids: people_words(ids, names),
        due=day_of(services.clock()) >= draw.announcement.seed_on,
        refused=back.refused,
        flash=back.flash,
    )


def _content(code: str) -> str:
    return key_contents.by_code(code).short if code else "一般问题"


@router.post("/draws/{draw_id}")
async def conclude_draw(
    request: Request, services: Ours, caller: PageDrawer, draw_id: str
) -> Response:
    """Draw with the seed, typed twice: a slip would decide who is revisited, for good."""
    fields = await form_of(request, caller)
    try:
        first = body_of(SeedBody, {"seed": fields.get("seed", "")})
        if first != body_of(SeedBody, {"seed": fields.get("seed_again", "")}):
            raise Refused("invalid_request", "两次输入的种子不一致，请对照公布的数值重新输入。")
        entered = await enter(services, caller, await conclude(services, caller, draw_id, first))
    except Refused as refused:
        return await give_back(services, caller, f"/draws/{draw_id}", refused)
    missing = [one for one in entered if one.code]
    if missing:
        return await give_back(services, caller, f"/draws/{draw_id}", _not_entered(missing))
    return back_to(f"/draws/{draw_id}", "draw_made")


def _not_entered(missing: Sequence[Reply]) -> Refused:
    """Say which lives have not heard of the draw, and why the first of them have not."""
    reasons = "；".join(f"{one.problem_no}：{one.message}" for one in missing[:5])
    return Refused("invalid_request", f"抽取完成，{len(missing)}个问题未能登记。{reasons}")
