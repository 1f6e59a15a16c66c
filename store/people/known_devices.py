"""The browsers people signed in with before, each known by the SHA-256 of a cookie of its own.

With a new password they are forgotten: among them may be that of whoever knew the old one.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.people.accounts import fingerprint
from store.tables import KnownDeviceRow

REMEMBERED = timedelta(days=180)
"""Since somebody last signed in with it."""


async def of_account(db: Database, session: AsyncSession, cookie: str, account_id: str) -> str:
    """Give the id of the browser when this account signed in with it before, else nothing."""
    if not cookie:
        return ""
    known = await session.get(KnownDeviceRow, (fingerprint(cookie), account_id))
    return known.id if known and db.now() - known.last_seen_at < REMEMBERED else ""


async def that_showed_factor(
    db: Database, session: AsyncSession, cookie: str, account_id: str
) -> str:
    """Give the id of the browser when this account showed its second factor with it before."""
    known = await of_account(db, session, cookie, account_id)
    row = await session.get(KnownDeviceRow, (known, account_id)) if known else None
    return known if row is not None and row.showed_factor else ""


async def showed_factor(session: AsyncSession, cookie: str, account_id: str) -> None:
    """Note that an account showed its second factor with this browser."""
    own = (col(KnownDeviceRow.id) == fingerprint(cookie), _of(account_id))
    await session.execute(update(KnownDeviceRow).where(*own).values(showed_factor=True))


async def forget_factor(session: AsyncSession, account_id: str) -> None:
    """Know no browser of this account any more by a second factor that is over."""
    await session.execute(update(KnownDeviceRow).where(_of(account_id)).values(showed_factor=False))


async def forget(session: AsyncSession, account_id: str, but: str = "") -> None:
    """Forget the browsers of an account, but the one with this cookie."""
    others = (_of(account_id), col(KnownDeviceRow.id) != fingerprint(but))
    await session.execute(delete(KnownDeviceRow).where(*others))


def _of(account_id: str) -> ColumnElement[bool]:
    return col(KnownDeviceRow.account_id) == account_id


async def remember(db: Database, session: AsyncSession, cookie: str, account_id: str) -> str:
    """Know this browser from now on, and give its cookie; a new one where it had none of ours."""
    now = db.now()
    await session.execute(
        delete(KnownDeviceRow).where(col(KnownDeviceRow.last_seen_at) <= now - REMEMBERED)
    )
    known = await session.get(KnownDeviceRow, (fingerprint(cookie), account_id))
    if known is not None:
        known.last_seen_at = now
        return cookie
    given = cookie if await _is_ours(session, cookie) else secrets.token_urlsafe(32)
    session.add(KnownDeviceRow(id=fingerprint(given), account_id=account_id, last_seen_at=now))
    return given


async def _is_ours(session: AsyncSession, cookie: str) -> bool:
    """Say whether somebody else signed in with this browser before: two may share one."""
    known = select(KnownDeviceRow.id).where(col(KnownDeviceRow.id) == fingerprint(cookie)).limit(1)
    return bool(cookie) and await session.scalar(known) is not None
