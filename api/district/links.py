"""The link itself: a neutral page that changes nothing, and the exchange for a session.

Mail scanners and chat programs open links on their own, so GET and HEAD look at nothing and write
nothing; only a person's press of the button exchanges the token. After that no address carries it.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from api.district.frame import Side
from api.district.refusals import refuse, revoked
from api.district.sessions import LONGEST_FIELD, demand_live, let_in, problem_behind
from api.forms import demand_same_site, read_form, texts_of
from gateways.link_signer import (
    ANSWER,
    DISTRICT_DAY,
    LONGEST_TOKEN,
    OWN_LIST,
    LinkClaim,
    LinkExpired,
    LinkInvalid,
)
from office.doors import are_shut
from office.refused import Refused
from store.district import links
from store.district.links import Resend
from store.tables import LinkRow

_BEHIND = {DISTRICT_DAY: "/f/day", OWN_LIST: "/f/own/self-inspection"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A token as it was shown: its link, and whether its time is over."""

    link: LinkRow
    expired: bool


def add_doors(router: APIRouter, side: Side) -> None:
    """Add the neutral page, the exchange, and asking for a new link."""

    @router.post("/enter")
    async def enter(request: Request) -> Response:
        token = await _token(side, request)
        shown = await _shown(side, token)
        link = shown.link
        if link.revoked_at is None and (shown.expired or side.services.clock() >= link.expires_at):
            raise _expired(link, token)
        if link.purpose != ANSWER:
            demand_live(side, link)
            return await let_in(side, request, _BEHIND[link.purpose], link)
        async with side.services.db.reading() as session:
            problem = await problem_behind(side, session, link)
        own = problem.district == link.district
        return await let_in(side, request, "/f/problem" if own else "/f/problem/appeals", link)

    @router.post("/resend")
    async def resend(request: Request) -> Response:
        shown = await _shown(side, await _token(side, request))
        if shown.link.revoked_at is not None:
            raise revoked(shown.link.revoked_why)
        if shown.link.purpose != ANSWER:
            raise refuse("link_unknown")
        outcome = await links.request_new_link(side.services.db, shown.link)
        status = 429 if outcome is Resend.TOO_OFTEN else 200
        held = await are_shut(side.services)
        return side.page("resent", status, outcome=outcome, held=held)

    # HEAD beside GET: scanners ask it, and it must not be an error that a log draws attention to.
    @router.api_route("/{token}", methods=["GET", "HEAD"])
    async def neutral(token: str) -> Response:
        if len(token) > LONGEST_TOKEN:
            raise refuse("link_unknown")
        # Of the token only the kind is read, which it tells openly: whose it is nobody looks up.
        kind = token.split(".")[1:2]
        return side.page("door", token=token, own_list=kind == [OWN_LIST])


async def _token(side: Side, request: Request) -> str:
    demand_same_site(request, side.services)
    token = texts_of(await read_form(request, LONGEST_FIELD, LONGEST_FIELD)).get("token")
    if token is None:
        raise refuse("token_missing")
    return token


async def _shown(side: Side, token: str) -> Shown:
    """Read a token and find its link; what it claims must be what was issued."""
    expired = False
    try:
        claim = side.services.signer.read(token)
    except LinkExpired as over:
        claim, expired = over.claim, True
    except LinkInvalid as invalid:
        raise refuse("link_unknown") from invalid
    async with side.services.db.reading() as session:
        link = await links.find(session, claim.jti)
    if link is None or not _is_of(claim, link):
        raise refuse("link_unknown")
    return Shown(link, expired)


def _is_of(claim: LinkClaim, link: LinkRow) -> bool:
    return (claim.purpose, claim.problem_no, claim.district, claim.round_no, claim.day) == (
        link.purpose,
        link.problem_no,
        link.district,
        link.round_no,
        link.day,
    )


def _expired(link: LinkRow, token: str) -> Refused:
    """Say that a link is over; that of a form can be sent anew, a day's list cannot."""
    return refuse("link_expired", token=token if link.purpose == ANSWER else "")
