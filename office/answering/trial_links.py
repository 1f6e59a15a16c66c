"""Seeing a problem as its district does, on a development machine: for a first look and for training."""

from __future__ import annotations

from datetime import timedelta

from gateways.link_signer import ANSWER, LinkClaim
from office.ports import Services
from office.refused import Refused
from store.district import links
from store.lives import problems

_LASTS = timedelta(days=1)
_NOBODY = "trial@example.com"


async def trial_address(services: Services, problem_no: str) -> str:
    """Give the path of the form that the problem's district would open now.

    Raises Refused in production, and where no round waits for the district.
    """
    if not services.development:
        raise Refused("not_found")
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    round_ = problem.open_round if problem else None
    if problem is None or round_ is None:
        raise Refused("problem_not_found", problem_no=problem_no)
    key = links.LinkKey(
        purpose=ANSWER,
        district=problem.district,
        recipient=_NOBODY,
        problem_no=problem_no,
        round_no=round_.round_no,
    )
    link = await links.issue(services.db, key, services.clock() + _LASTS)
    claim = LinkClaim(
        purpose=link.purpose,
        problem_no=problem_no,
        district=link.district,
        round_no=link.round_no,
        jti=link.jti,
        expires_at=link.expires_at,
    )
    return f"/f/{services.signer.sign(claim)}"
