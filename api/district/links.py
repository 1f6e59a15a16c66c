"""The link itself: a neutral page that changes nothing, and the exchange for a session.

Mail scanners and chat programs open links on their own, so GET and HEAD look at nothing and write
nothing; only a person's press of the button exchanges the token. After that no address carries it.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.district.frame import Halt, Side, refusal
from api.district.sessions import (
    demand_live,
    demand_open,
    demand_own_page,
    let_in,
    read_form,
    revoked,
    unknown,
)
from gateways.link_signer import ANSWER, LONGEST_TOKEN, LinkClaim, LinkExpired, LinkInvalid
from store import links
from store.links import Resend
from store.tables import LinkRow

_FORM_BYTES = 16 * 1024


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
        demand_live(side, link)
        if link.purpose != ANSWER:
            return await let_in(side, request, RedirectResponse("/f/day", 303), link)
        async with side.services.db.reading() as session:
            await demand_open(side, session, link)
        return await let_in(side, request, RedirectResponse("/f/problem", 303), link)

    @router.post("/resend")
    async def resend(request: Request) -> Response:
        shown = await _shown(side, await _token(side, request))
        if shown.link.revoked_at is not None:
            raise revoked(shown.link.revoked_why)
        if shown.link.purpose != ANSWER:
            raise unknown()
        outcome = await links.request_new_link(side.services.db, shown.link)
        return side.page("resent", 429 if outcome is Resend.TOO_OFTEN else 200, outcome=outcome)

    # HEAD beside GET: scanners ask it, and it must not be an error that a log draws attention to.
    @router.api_route("/{token}", methods=["GET", "HEAD"])
    async def neutral(token: str) -> Response:
        if len(token) > LONGEST_TOKEN:
            raise unknown()
        return side.page("door", token=token)


async def _token(side: Side, request: Request) -> str:
    demand_own_page(side, request)
    token = (await read_form(request, _FORM_BYTES)).get("token")
    if not isinstance(token, str):
        raise refusal(400, "token_missing", "链接不完整，请从邮件中重新打开。")
    return token


async def _shown(side: Side, token: str) -> Shown:
    """Read a token and find its link; what it claims must be what was issued."""
    expired = False
    try:
        claim = side.services.signer.read(token)
    except LinkExpired as over:
        claim, expired = over.claim, True
    except LinkInvalid as invalid:
        raise unknown() from invalid
    async with side.services.db.reading() as session:
        link = await links.find(session, claim.jti)
    if link is None or not _is_of(claim, link):
        raise unknown()
    return Shown(link, expired)


def _is_of(claim: LinkClaim, link: LinkRow) -> bool:
    return (claim.purpose, claim.problem_no, claim.district, claim.round_no, claim.day) == (
        link.purpose,
        link.problem_no,
        link.district,
        link.round_no,
        link.day,
    )


def _expired(link: LinkRow, token: str) -> Halt:
    """Say that a link is over; that of a form can be sent anew, a day's list cannot."""
    return Halt("expired", 410, token=token if link.purpose == ANSWER else "")
