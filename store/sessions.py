"""Signing in: sessions of signed-in browsers, and patience with those who fail to.

A session ends after 30 minutes without a request and after 12 hours in any case. Failed sign-ins
are counted per login and address, so that a stranger elsewhere cannot lock anybody out.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store import accounts, passwords
from store.accounts import SEEN_AGAIN_AFTER, Account, AccountRefused, fingerprint
from store.engine import Database
from store.tables import AccountRow, LoginFailureRow, SessionRow

IDLE = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
FAILURE_WINDOW = timedelta(minutes=5)
FAILURES_ALLOWED = 10


async def sign_in(db: Database, login: str, password: str, address: str) -> str:
    """Check login and password and give the cookie of a new session; raises AccountRefused."""
    key = f"{login[:80]}|{address}"
    async with db.reading() as session:
        await _demand_patience(session, key, db.now())
        row = await _by_login(session, login)
    if not await passwords.matches(row.password_hash if row else None, password) or row is None:
        await _count_failure(db, key)
        raise AccountRefused("wrong_login")
    cookie = secrets.token_urlsafe(32)
    now = db.now()
    async with db.writing() as session:
        await session.execute(delete(LoginFailureRow).where(col(LoginFailureRow.key) == key))
        session.add(
            SessionRow(id=fingerprint(cookie), account_id=row.id, created_at=now, last_seen_at=now)
        )
    return cookie


async def of_cookie(db: Database, cookie: str) -> Account | None:
    """Give the account signed in under a cookie, None when the session is over."""
    now = db.now()
    async with db.reading() as session:
        kept = await session.get(SessionRow, fingerprint(cookie))
        if kept is None or now - kept.last_seen_at >= IDLE:
            return None
        if now - kept.created_at >= LONGEST_SESSION:
            return None
        account = await accounts.active_account(session, kept.account_id)
    if account is not None and now - kept.last_seen_at >= SEEN_AGAIN_AFTER:
        async with db.writing() as session:
            await session.execute(
                update(SessionRow).where(col(SessionRow.id) == kept.id).values(last_seen_at=now)
            )
    return account


async def was_ours(db: Database, cookie: str) -> bool:
    """Say whether a cookie was that of a session, over or not."""
    async with db.reading() as session:
        return await session.get(SessionRow, fingerprint(cookie)) is not None


async def sign_out(db: Database, cookie: str) -> None:
    """End a session; one that is over already stays so."""
    async with db.writing() as session:
        await session.execute(delete(SessionRow).where(col(SessionRow.id) == fingerprint(cookie)))


async def _by_login(session: AsyncSession, login: str) -> AccountRow | None:
    found: AccountRow | None = await session.scalar(
        select(AccountRow).where(col(AccountRow.login) == login, col(AccountRow.active))
    )
    return found


async def _demand_patience(session: AsyncSession, key: str, now: datetime) -> None:
    query = select(LoginFailureRow.at).where(
        col(LoginFailureRow.key) == key, col(LoginFailureRow.at) > now - FAILURE_WINDOW
    )
    failures = sorted(await session.scalars(query))
    if len(failures) >= FAILURES_ALLOWED:
        free_at = failures[-FAILURES_ALLOWED] + FAILURE_WINDOW
        minutes = -((now - free_at) // timedelta(minutes=1))
        raise AccountRefused("too_many_attempts", minutes=minutes)


async def _count_failure(db: Database, key: str) -> None:
    now = db.now()
    async with db.writing() as session:
        await session.execute(
            delete(LoginFailureRow).where(col(LoginFailureRow.at) <= now - FAILURE_WINDOW)
        )
        session.add(LoginFailureRow(key=key, at=now))
