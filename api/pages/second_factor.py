"""The second factor: taking an authenticator app into use, and its code at each sign-in."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import Ours, PageAdministrator, PageFactor
from api.gated_route import GatedRoute
from api.pages.confirming import ACCOUNTS, SECOND_FACTOR, demand_fresh
from api.pages.frame import form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back
from api.pages.shown_once import Once, ToShow, lead_to, shown
from api.pages.signing_in import browser_of
from api.places import before, own_path
from domain.one_time_codes import address_for_app
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from store.people import second_factors
from store.people.accounts import AccountRefused
from store.people.second_factors import Factor, Shown

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
_LONGEST_CODE = 40


@router.get("/second-factor")
async def ask(
    services: Ours, caller: PageFactor, back: Back, once: ToShow, next: str = "/"
) -> Response:
    """Ask for a code; who has no app yet is shown what it needs, who has it now his recovery codes.

    `next` is where its person was going.
    """
    place = back.fields.get("next", next)
    return shown(await _page(services, caller, back, once, own_path(place)), services, once)


async def _page(
    services: Services, caller: Caller, back: Returned, once: Once | None, place: str
) -> Response:
    in_use = caller.factor is Factor.IN_USE
    secret = (
        "" if in_use else await second_factors.offered(services.db, services.seals, caller.account)
    )
    return page(
        services,
        caller,
        "second_factor.html",
        back.status,
        in_use=in_use,
        verified=caller.verified,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        app=address_for_app(secret, caller.account.login),
        codes=once.values if once else (),
        next=place,
        error=back.refused.detail if back.refused else "",
    )


@router.post("/second-factor")
async def show_code(request: Request, services: Ours, caller: PageFactor) -> Response:
    """Take a code; the first one puts the app to use and brings the recovery codes.

    Whoever has no app yet begins with a press: looking at the page makes no key.
    """
    fields = await form_of(request, caller)
    db, device = services.db, browser_of(request, services).device
    code = Shown(caller.cookie, fields.get("code", "")[:_LONGEST_CODE], device)
    place = own_path(fields.get("next", "/"))
    try:
        if "begin" in fields:
            demand_fresh(caller, SECOND_FACTOR)
            await second_factors.offer(db, services.seals, caller.account)
            return back_to(before("/second-factor", place))
        if caller.factor is Factor.IN_USE:
            await second_factors.verify(db, services.seals, caller.account, code)
            return back_to(place)
        codes = await second_factors.take_into_use(db, services.seals, caller.account, code)
    except AccountRefused as refused:
        again = Refused.by_rule(refused)
        return await give_back(services, caller, "/second-factor", again, {"next": place})
    return lead_to(services, caller, before("/second-factor", place), "codes", *codes)


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
