"""The contacts of districts and bureau, as people enter them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from domain.catalogues.districts import district
from domain.local_time import day_of
from domain.policy import Position
from office.ports import Services
from office.refused import Refused
from office.typed import Day, Line, NeededLine, Typed
from store import contacts
from store.contacts import BUREAU_POSITIONS, CITY
from store.tables import ContactRow

_ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$"


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
    email: Annotated[str, Field(pattern=_ADDRESS, max_length=254)]
    telephone: Line = ""
    valid_from: Day | None = None


async def add(services: Services, body: ContactBody) -> ContactRow:
    """Enter a contact; the same one again changes nothing. Raises Refused."""
    if (body.district == CITY) is not (body.position in BUREAU_POSITIONS):
        raise Refused("position_unfit", position=body.position.label)
    async with services.db.reading() as session:
        for row in await contacts.active(session, body.district):
            if (row.position, row.email.casefold()) == (body.position, body.email.casefold()):
                return row
    return await contacts.add(
        services.db,
        ContactRow(
            district=body.district,
            position=body.position.value,
            name=body.name,
            email=body.email,
            telephone=body.telephone,
            valid_from=body.valid_from or day_of(services.clock()),
        ),
    )


def unit_name(code: str) -> str:
    """Name the unit a contact belongs to."""
    return "市级" if code == CITY else district(code).name


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
    }
