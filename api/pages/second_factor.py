"""The second factor: taking an authenticator app into use, and its code at each sign-in."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Ours, PageAdministrator, PageFactor
from api.gated_route import GatedRoute
from api.pages.confirming import ACCOUNTS, SECOND_FACTOR, demand_fresh
from api.pages.frame import form_of, page
from api.pages.given_back import Back, back_to, give_back
from domain.one_time_codes import address_for_app
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from store.people import second_factors
from store.people.accounts import AccountRefused
from store.people.second_factors import Factor

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
_LONGEST_CODE = 40


@router.get("/second-factor")
async def ask(services: Ours, caller: PageFactor, back: Back) -> Response:
    """Ask for a code; who has no app yet is shown what it needs."""
    error = back.refused.detail if back.refused else ""
    return await _page(services, caller, back.status, error=error)


async def _page(
    services: Services,
    caller: Caller,
    status: int = 200,
    *,
    error: str = "",
    codes: Sequence[str] = (),
) -> Response:
    in_use = caller.factor is Factor.IN_USE or bool(codes)
    secret = (
        "" if in_use else await second_factors.offered(services.db, services.seals, caller.account)
    )
    return page(
        services,
        caller,
        "second_factor.html",
        status,
        in_use=in_use,
        verified=caller.verified or bool(codes),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        app=address_for_app(secret, caller.account.login),
        codes=codes,
        error=error,
    )


@router.post("/second-factor")
async def show_code(request: Request, services: Ours, caller: PageFactor) -> Response:
    """Take a code; the first one puts the app to use and brings the recovery codes.

    Whoever has no app yet begins with a press: looking at the page makes no key.
    """
    fields = await form_of(request, caller)
    code, db = fields.get("code", "")[:_LONGEST_CODE], services.db
    try:
        if "begin" in fields:
            demand_fresh(caller, SECOND_FACTOR)
            await second_factors.offer(db, services.seals, caller.account)
            return back_to("/second-factor")
        if caller.factor is Factor.IN_USE:
            await second_factors.verify(db, services.seals, caller.account, caller.cookie, code)
            return back_to("/")
        codes = await second_factors.take_into_use(
            db, services.seals, caller.account, caller.cookie, code
        )
    except AccountRefused as refused:
        return await give_back(services, caller, "/second-factor", Refused.by_rule(refused))
    return await _page(services, caller, codes=codes)


@router.post("/accounts/second-factor")
async def reset(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """Forget somebody's lost telephone; nobody does it for himself."""
    fields = await form_of(request, caller)
    demand_fresh(caller, ACCOUNTS)
    account_id = fields.get("account", "")
    if account_id == caller.account.id:
        raise Refused("own_second_factor")
    await second_factors.reset(services.db, account_id)
    return back_to("/accounts", "second_factor_reset")
