"""Every act on a problem over REST: one route each, made from its declaration in `office/acts/`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from api.access import Gate, Ours
from api.rest.answers import DryRun, Key, response
from api.rest.strict import StrictRoute
from office.acts import ACTS
from office.acts.act import ON_PROBLEM, Act, Doing
from office.caller import Caller
from office.once import act as do_once
from office.once import id_under
from office.ports import Services
from office.trying import try_act
from office.typed import NothingBody, Typed

Answering = Callable[..., Awaitable[JSONResponse]]


async def done(
    services: Services,
    caller: Caller,
    key: str,
    problem_no: str,
    act: Act,
    body: Typed,
    *,
    dry_run: bool = False,
) -> JSONResponse:
    """Do an act once under `key`, or say what it would come to."""
    made_under = id_under(caller, key)
    doing = Doing(services=services, by=caller.actor, made_under=made_under, problem_no=problem_no)
    command = await act.make(doing, body)
    if dry_run:
        return response(await try_act(services, problem_no, command))
    asked = body.model_dump_json() if act.told_by_body else ""
    answer = await do_once(services, caller, key, problem_no, command, asked=asked)
    return response(answer)


def _endpoint(act: Act) -> Answering:
    async def endpoint(
        services: Any, caller: Any, key: str, problem_no: str, body: Typed, dry_run: bool = False
    ) -> JSONResponse:
        return await done(services, caller, key, problem_no, act, body, dry_run=dry_run)

    async def without_body(
        services: Any, caller: Any, key: str, problem_no: str, dry_run: bool = False
    ) -> JSONResponse:
        return await done(services, caller, key, problem_no, act, act.body(), dry_run=dry_run)

    return without_body if issubclass(act.body, NothingBody) else endpoint


def _offer(router: APIRouter, act: Act) -> None:
    answering = _endpoint(act)
    answering.__name__ = act.name
    # The framework reads the types of what it calls here; they differ from act to act.
    answering.__annotations__ |= {
        "services": Ours,
        "caller": Annotated[Caller, Depends(Gate(*act.right))],
        "key": Key,
        "problem_no": str,
        "dry_run": DryRun,
        "return": JSONResponse,
    }
    if "body" in answering.__annotations__:
        answering.__annotations__["body"] = act.body
    address = f"{act.at}/{act.path}"
    router.post(address, name=act.name, description=act.description)(answering)


def routes_of(acts: Iterable[Act]) -> APIRouter:
    """Make a route for each act whose address is below the problem's."""
    router = APIRouter(tags=["问题"], route_class=StrictRoute)
    for act in acts:
        if act.at == ON_PROBLEM:
            _offer(router, act)
    return router


router = routes_of(ACTS)
