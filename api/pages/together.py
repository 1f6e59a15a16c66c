"""One act on several problems that were ticked: looked at before it is done, then done once each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import Ours, PageOfficer
from api.gated_route import GatedRoute
from api.pages.frame import body_of, form_of, page
from api.pages.given_back import back_to, say_at
from domain.outcomes import Reply
from office.batches_of_acts import MOST, BatchActBody, BatchDoBody, do, preview_of
from office.once import usable_key
from office.typed import Line, Prose

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
ACTS = {"remind": "催办", "extend": "提请延期"}
"""What is done to several problems from a page; the rest of the batch acts are for programs."""


@router.get("/together")
async def look(
    services: Ours,
    caller: PageOfficer,
    act: Annotated[Line, Query()] = "",
    no: Annotated[list[Line] | None, Query(max_length=MOST)] = None,
    reason: Annotated[Prose, Query()] = "",
    days: Annotated[str, Query(max_length=3)] = "7",
) -> Response:
    """Show whom an act would reach and where the rules say no; nothing is done."""
    if not no or act not in ACTS:
        return back_to("/", "none_ticked")
    body = body_of(BatchActBody, {"act": act, "reason": reason, "days": days})
    tried = await preview_of(services, caller, body, no)
    return page(
        services,
        caller,
        "together.html",
        act=act,
        title=ACTS[act],
        reason=reason,
        days=body.days,
        able=[one for one, reply in tried if not reply.code],
        unable=[(one, reply.message) for one, reply in tried if reply.code],
    )


@router.post("/together")
async def carry_out(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Do it to the problems that were shown; sent again, it is not done twice."""
    fields = await form_of(request, caller)
    key = usable_key(fields.get("key"))
    body = body_of(BatchDoBody, _asked(fields))
    replies = await do(services, caller, key, body)
    return await say_at(services, caller, "/", _said(ACTS.get(body.act, body.act), replies))


def _asked(fields: Mapping[str, str]) -> dict[str, Any]:
    wanted = {name: fields[name] for name in ("act", "reason", "days") if fields.get(name)}
    return {**wanted, "problems": fields.get("problems", "").split()}


def _said(what: str, replies: Sequence[Reply]) -> str:
    """Say how often it was done, and which problems it was not done to and why."""
    done = sum(not one.code for one in replies)
    left = [f"{one.problem_no}：{one.message}" for one in replies if one.code]
    return f"已{what} {done} 个。" + (f"未办理 {len(left)} 个：{'；'.join(left)}" if left else "")
