"""The door of a district's own list 自查自纠 that needs no transferred problem: a signed link.

计划 四（三） asks every district for its self-inspection, also those to which nothing was transferred.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from domain.catalogues.districts import district, find_district
from domain.local_time import day_of
from gateways.link_signer import OWN_LIST, LinkClaim
from office.ports import Services
from office.refused import Refused
from office.typed import NeededLine, Typed, example
from store import links
from store.tables import LinkRow


class OwnListLinkBody(Typed):
    """For which district, to whom it is handed, and for how many days it opens the list."""

    model_config = example(district="500103", recipient="示例经办人", days=30)

    district: NeededLine
    recipient: NeededLine
    days: Annotated[int, Field(ge=1, le=180)] = 30


async def issue(services: Services, body: OwnListLinkBody) -> tuple[LinkRow, str]:
    """Give the one link of a recipient, made when it is not there, and its address; raises Refused."""
    unit = find_district(body.district, day_of(services.clock()))
    if unit is None:
        raise Refused("district_not_found", district=body.district)
    await _demand_nobody_elses(services, unit.code, body.recipient)
    until = services.clock() + timedelta(days=body.days)
    link = await links.issue(services.db, OWN_LIST, "", unit.code, 0, body.recipient, "", until)
    return link, _address(services, link)


async def _demand_nobody_elses(services: Services, code: str, recipient: str) -> None:
    """Refuse a recipient who holds another district's link: it would end without a word."""
    for link in await open_links(services):
        if link.recipient == recipient and link.district != code:
            holds = district(link.district).name
            raise Refused("recipient_holds_another", recipient=recipient, holds=holds)


async def revoke(services: Services, jti: str) -> None:
    """End a link at once, and the browsers it let in; raises Refused where it is none of these."""
    async with services.db.reading() as session:
        link = await links.find(session, jti)
    if link is None or link.purpose != OWN_LIST:
        raise Refused("not_found")
    await links.revoke(services.db, "by_hand", jti=jti)


async def open_links(services: Services) -> tuple[LinkRow, ...]:
    """Give the links that still open a list."""
    async with services.db.reading() as session:
        return await links.of_purpose(session, OWN_LIST, services.clock())


def _address(services: Services, link: LinkRow) -> str:
    claim = LinkClaim(
        purpose=link.purpose,
        problem_no="",
        district=link.district,
        round_no=0,
        jti=link.jti,
        expires_at=link.expires_at,
    )
    return f"{services.base_url.rstrip('/')}/f/{services.signer.sign(claim)}"
