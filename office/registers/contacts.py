"""The contacts of districts and bureau, as people enter them."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from domain.catalogues.districts import district
from domain.local_time import day_of
from domain.policy import Position
from office.caller import Caller
from office.ports import Services
from office.refused import Refused, allowed
from office.typed import Day, Decision, Line, NeededLine, Typed
from store.district import links
from store.mail import leaving
from store.registers import contacts
from store.registers.contacts import BUREAU_POSITIONS
from store.registers.reach import ADDRESS, CITY
from store.tables import ContactRow

T = TypeVar("T")
_LEFT = "联系人停用"


def _known_unit(code: str) -> str:
    if code != CITY:
        try:
            district(code)
        except KeyError:
            raise ValueError("没有这个区县代码，市级联系人请填 CITY") from None
    return code


class ContactBody(Typed):
    """One contact: whose, in which position, and the address mails go to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "district": "500103",
                    "position": "handler",
                    "name": "示例经办人",
                    "email": "jingban@unit.example",
                }
            ]
        }
    )

    district: Annotated[NeededLine, AfterValidator(_known_unit)]
    position: Position
    name: NeededLine
    email: Annotated[str, Field(pattern=ADDRESS, max_length=254)]
    telephone: Line = ""
    valid_from: Day | None = None


async def add(services: Services, caller: Caller, body: ContactBody) -> ContactRow:
    """Enter a contact for a second person to approve; the same one again changes nothing.

    Raises Refused.
    """
    if (body.district == CITY) is not (body.position in BUREAU_POSITIONS):
        raise Refused("position_unfit", position=body.position.label)
    contact = ContactRow(
        district=body.district,
        position=body.position.value,
        name=body.name,
        email=body.email,
        telephone=body.telephone,
        valid_from=body.valid_from or day_of(services.clock()),
        entered_by=caller.account.id,
    )
    return await allowed(contacts.add(services.db, contact, body.valid_from))


async def decide(services: Services, caller: Caller, contact_id: int, body: Decision) -> ContactRow:
    """Approve or decline a contact that another person entered; raises Refused."""
    by_id = caller.account.id
    return await allowed(
        contacts.decide(services.db, contact_id, by_id, approved=body.approved, reason=body.reason)
    )


async def retire(
    services: Services, caller: Caller, contact_id: int, *, take_back_links: bool = False
) -> None:
    """Write to a contact no more; raises Refused.

    What waits for him goes to who holds his position. `take_back_links` where he keeps his mailbox: what he
    was sent opens nothing any more.
    """

    async def take_back(session: AsyncSession, row: ContactRow) -> None:
        if take_back_links:
            await links.revoke_of_recipient(services.db, session, row.district, row.email, _LEFT)

    by_id = caller.account.id
    await allowed(contacts.retire(services.db, contact_id, by_id, leaving.call_back, take_back))


def contact_view(row: ContactRow) -> dict[str, object]:
    """Show a contact."""
    return {
        "id": row.id,
        "district": row.district,
        "position": row.position,
        "name": row.name,
        "email": row.email,
        "telephone": row.telephone,
        "valid_from": row.valid_from,
        "state": row.state,
        "entered_by": row.entered_by,
        "decided_by": row.decided_by,
    }
