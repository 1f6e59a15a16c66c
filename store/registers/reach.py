"""How people are reached: nobody is at once an officer of the bureau and a district's contact.

Else one person could answer for the district what he asks for the city.
"""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.tables import AccountRow, ContactRow

ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$"
"""What an address to write to looks like."""

REACH_LOCK = "reach"
"""Held by whoever changes contacts or accounts: neither may come to be like the other."""

CITY = "CITY"
"""Stands for the bureau where a contact belongs to no district."""

_COUNTRY, _AREA = "86", "23"
_MOBILE, _CITY_LINE, _FEWEST = 11, 8, 5
_BETWEEN = re.compile(r"[,;/|、]|转|和|或|ext\.?|x(?=\d)")


def telephone_numbers(telephone: str) -> frozenset[str]:
    """Give the numbers in what somebody wrote, as they are compared.

    In plain digits, without 86, the city's own area code 023 and a leading 0; an extension is no
    number of its own.
    """
    plain = unicodedata.normalize("NFKC", telephone).casefold()
    digits = (one for part in _BETWEEN.split(plain) for one in _separate(part))
    return frozenset(_compared(one) for one in digits if len(one) >= _FEWEST)


def mobile_numbers(telephone: str) -> frozenset[str]:
    """Give the numbers that are one person's: no switchboard, no office's line."""
    numbers = telephone_numbers(telephone)
    return frozenset(one for one in numbers if len(one) == _MOBILE and one.startswith("1"))


def _separate(part: str) -> list[str]:
    """Give the digits of a part: of each word where each is a whole number, else of all together."""
    words = ["".join(one for one in word if one.isdecimal()) for word in part.split()]
    whole = len(words) > 1 and all(len(word) >= _CITY_LINE for word in words)
    return words if whole else ["".join(words)]


def _compared(digits: str) -> str:
    bare = digits.lstrip("0")
    local = bare.removeprefix(_COUNTRY)
    bare = local.lstrip("0") if len(local) >= _CITY_LINE else bare
    line = bare.removeprefix(_AREA)
    return line if len(line) == _CITY_LINE else bare


def is_same_reach(email: str, telephone: str, other_email: str, other_telephone: str) -> bool:
    """Say whether two people share an address or a number; what is empty is shared with nobody."""
    by_mail = bool(email) and email.casefold() == other_email.casefold()
    return by_mail or bool(telephone_numbers(telephone) & telephone_numbers(other_telephone))


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


async def account_reached(session: AsyncSession, of: AccountRow) -> str:
    """Give the login of another account in service by which the same person is reached, else nothing.

    An address or a mobile number is one person's, the line of an office is not.
    """
    others = await session.scalars(
        select(AccountRow).where(col(AccountRow.active), col(AccountRow.id) != of.id)
    )
    mobile = mobile_numbers(of.telephone)
    for one in others:
        by_mail = bool(of.email) and of.email.casefold() == one.email.casefold()
        if by_mail or mobile & mobile_numbers(one.telephone):
            return one.login
    return ""
