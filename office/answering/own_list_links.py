"""The door of a district's own list 自查自纠 that needs no transferred problem: a signed link.

方案 四（三） asks every district for its self-inspection, also those to which nothing was transferred.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from domain.catalogues.districts import find_district
from domain.local_time import day_of
from gateways.link_signer import OWN_LIST, LinkClaim
from office.caller import Caller
from office.once import claim_body, claim_key
from office.ports import Services
from office.refused import Refused
from office.typed import NeededLine, Typed, example
from store.district import links, own_list_links
from store.tables import LinkRow


class OwnListLinkBody(Typed):
    """For which district, to whom it is handed, and for how many days it opens the list."""

    model_config = example(district="500103", recipient="示例经办人", days=30)

    district: NeededLine
    recipient: NeededLine
    days: Annotated[int, Field(ge=1, le=180)] = 30


async def issue(
    services: Services, caller: Caller, key: str, body: OwnListLinkBody
) -> tuple[LinkRow, str]:
    """Give the one link of a recipient, made when it is not there, and its address, once under `key`.

    Raises Refused.
    """
    unit = find_district(body.district, day_of(services.clock()))
    if unit is None:
        raise Refused("district_not_found", district=body.district)
    await claim_body(services, caller, key, "self-inspection-links", body)
    until = services.clock() + timedelta(days=body.days)
    link = await own_list_links.issue(
        services.db, OWN_LIST, unit.code, body.recipient, until, caller.account.id
    )
    return link, _address(services, link)


async def revoke(services: Services, caller: Caller, key: str, jti: str) -> None:
    """End a link at once, and the browsers it let in; raises Refused where it is none of these."""
    async with services.db.reading() as session:
        link = await links.find(session, jti)
    if link is None or link.purpose != OWN_LIST:
        raise Refused("not_found")
    await claim_key(services, caller.account.id, key, f"self-inspection-links/{jti}/revocation", "")
    await own_list_links.revoke(services.db, jti, caller.account.id)


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
