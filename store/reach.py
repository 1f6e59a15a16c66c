"""How people are reached: nobody is at once an officer of the bureau and a district's contact.

Else one person could answer for the district what he asks for the city.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.tables import AccountRow, ContactRow

ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$"
"""What an address to write to looks like."""

REACH_LOCK = "reach"
"""Held by whoever changes contacts or accounts: neither may come to be like the other."""

CITY = "CITY"
"""Stands for the bureau where a contact belongs to no district."""

_COUNTRY = "86"
_MOBILE = 11


def telephone_digits(telephone: str) -> str:
    """Give a number as it is compared: digits only, without the country's 86."""
    digits = "".join(one for one in telephone if one.isdecimal()).lstrip("0")
    local = digits.removeprefix(_COUNTRY)
    return local if len(local) == _MOBILE else digits


def is_same_reach(email: str, telephone: str, other_email: str, other_telephone: str) -> bool:
    """Say whether two people share an address or a number; what is empty is shared with nobody."""
    by_mail = bool(email) and email.casefold() == other_email.casefold()
    digits = telephone_digits(telephone)
    return by_mail or (bool(digits) and digits == telephone_digits(other_telephone))


async def officer_reached(session: AsyncSession, email: str, telephone: str) -> str:
    """Name the officer in service who is reached like this, empty where there is none."""
    accounts = await session.scalars(select(AccountRow).where(col(AccountRow.active)))
    ours = await session.scalars(
        select(ContactRow).where(col(ContactRow.active), col(ContactRow.district) == CITY)
    )
    for one in (*accounts, *ours):
        if is_same_reach(email, telephone, one.email, one.telephone):
            return str(one.name)
    return ""


async def district_reached(session: AsyncSession, email: str, telephone: str) -> str:
    """Give the code of the district whose contact is reached like this, empty where there is none."""
    theirs = await session.scalars(
        select(ContactRow).where(col(ContactRow.active), col(ContactRow.district) != CITY)
    )
    for one in theirs:
        if is_same_reach(email, telephone, one.email, one.telephone):
            return one.district
    return ""
