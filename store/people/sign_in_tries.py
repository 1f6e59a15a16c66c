"""Patience with those who guess: every try is counted before its password is looked at.

A browser somebody signed in with before has a count of its own, and strangers use up none of it; what
strangers try is counted by login and address, by login, by address, and altogether.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.people.accounts import AccountRefused
from store.tables import SignInTryRow

WINDOW = timedelta(minutes=5)
LONG_WINDOW = timedelta(minutes=15)
TRIES = 10
"""Of one person with one browser or from one address, in `WINDOW`."""

LOGIN_TRIES = 30
"""Of all strangers for one login, in `LONG_WINDOW`."""

ADDRESS_TRIES = 20
"""Of all strangers from one address, in `WINDOW`; an office behind one address fails less often."""

ALL_TRIES = 200
"""Of all strangers for all logins, in `WINDOW`."""

FACTOR_TRIES = 5
"""Of all browsers that never showed the second factor of a login, in `LONG_WINDOW`."""

_LOCK = "sign-in-tries"
_IPV6_NETWORK = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries under `key` in `window`; a success forgives those before it where told."""

    key: str
    most: int
    window: timedelta = WINDOW
    forgives: bool = False


def limits(login: str, address: str, device: str = "") -> tuple[Limit, ...]:
    """Give what a try counts against; `device` is the id of a known browser of this login."""
    name = login[:80]
    if device:
        return (Limit(f"device {device}|{name}", TRIES, forgives=True),)
    place = _place(address)
    return (
        Limit(f"{name}|{place}", TRIES, forgives=True),
        Limit(f"login {name}", LOGIN_TRIES, LONG_WINDOW),
        Limit(f"address {place}", ADDRESS_TRIES),
        Limit("all", ALL_TRIES),
    )


def factor_limits(login: str, device: str = "") -> tuple[Limit, ...]:
    """Give what a code counts against; `device` is the id of a browser that showed one before."""
    if device:
        return (Limit(f"factor device {device}|{login}", TRIES, forgives=True),)
    return (Limit(f"factor {login}", FACTOR_TRIES, LONG_WINDOW),)


def _place(address: str) -> str:
    """Give what one connection cannot change at will: of IPv6 the network alone."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:80]
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    mapped = known.ipv4_mapped
    return str(mapped or ipaddress.IPv6Network((int(known), _IPV6_NETWORK), strict=False))


async def count(db: Database, against: Sequence[Limit]) -> tuple[int, ...]:
    """Count a try and give its rows; raises AccountRefused when there were too many already.

    Who is refused is not counted, so that the wait does not grow with impatience.
    """
    async with db.reading() as session:
        await _demand_patience(session, against, db.now())
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        now = db.now()
        await _demand_patience(session, against, now)
        await session.execute(delete(SignInTryRow).where(col(SignInTryRow.at) <= now - LONG_WINDOW))
        rows = [SignInTryRow(key=limit.key, at=now) for limit in against]
        session.add_all(rows)
        await session.flush()
        return tuple(row.id for row in rows if row.id is not None)


async def forgive(session: AsyncSession, tries: Sequence[int], against: Sequence[Limit]) -> None:
    """Take back a try that succeeded, and the same person's failures before it."""
    keys = [limit.key for limit in against if limit.forgives]
    over = col(SignInTryRow.id).in_(tries) | col(SignInTryRow.key).in_(keys)
    await session.execute(delete(SignInTryRow).where(over))


async def take_back(db: Database, tries: Sequence[int]) -> None:
    """Take back a try whose password was not looked at."""
    async with db.writing() as session:
        await forgive(session, tries, ())


async def _demand_patience(session: AsyncSession, against: Sequence[Limit], now: datetime) -> None:
    for limit in against:
        query = (
            select(SignInTryRow.at)
            .where(col(SignInTryRow.key) == limit.key)
            .where(col(SignInTryRow.at) > now - limit.window)
            .order_by(col(SignInTryRow.at).desc())
            .limit(limit.most)
        )
        tries = list(await session.scalars(query))
        if len(tries) >= limit.most:
            minutes = -((now - tries[-1] - limit.window) // timedelta(minutes=1))
            raise AccountRefused("too_many_attempts", minutes=max(1, minutes))
