"""Signing in: sessions of signed-in browsers.

A session ends after 30 minutes without a request and after 12 hours in any case, and with the next
sign-in of the same browser.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.people import accounts, anteroom, known_devices, passwords, second_factors, sign_in_tries
from store.people.accounts import SEEN_AGAIN_AFTER, Account, AccountRefused, fingerprint
from store.people.second_factors import Factor
from store.people.security_log import ORIGIN, Happened, note, note_alone, note_held
from store.tables import AccountRow, SessionRow

IDLE = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
FRESH = timedelta(minutes=15)
"""How long after the password was typed an act may follow that could give an account away."""
KNOWN = timedelta(days=30)
"""So long after its beginning a session is still known: what was typed under it is given back."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in: from which address, with which cookies of ours."""

    address: str
    device: str = ""
    session: str = ""


async def sign_in(db: Database, login: str, password: str, browser: Browser) -> Browser:
    """Check login and password and give the browser's new cookies; raises AccountRefused.

    Who has not signed in with this browser before waits with all other strangers for his turn.
    """
    login = accounts.as_kept(login)
    if browser.device and (await _looked_up(db, login, browser.device))[1]:
        return await _looked_at(db, login, password, browser)
    try:
        async with anteroom.STRANGERS.turn():
            return await _looked_at(db, login, password, browser)
    except anteroom.Full as full:
        raise AccountRefused("signing_in_busy") from full


async def _looked_at(db: Database, login: str, password: str, browser: Browser) -> Browser:
    row, known = await _looked_up(db, login, browser.device)
    limits = sign_in_tries.limits(login, browser.address, known)
    account_id = row.id if row else ""
    try:
        tries = await sign_in_tries.count(db, limits)
    except AccountRefused:
        await note_held(db, account_id, db.now() - sign_in_tries.WINDOW)
        raise
    waits = passwords.KNOWN if known else passwords.STRANGERS
    try:
        right = await passwords.matches(row.password_hash if row else None, password, waits)
    except passwords.Busy as busy:
        await sign_in_tries.take_back(db, tries)
        raise AccountRefused("signing_in_busy") from busy
    if not right or row is None:
        await note_alone(db, Happened.SIGN_IN_FAILED, account_id)
        raise AccountRefused("wrong_login")
    async with db.writing() as session:
        await _demand_unchanged(db, session, row)
        await sign_in_tries.forgive(session, tries, limits)
        await _end(session, browser.session)
        note(db, session, Happened.SIGNED_IN, row.id, by_id=row.id)
        device = await known_devices.remember(db, session, browser.device, row.id)
        return Browser(browser.address, device, _begun(db, session, row.id, browser.address))


async def _demand_unchanged(db: Database, session: AsyncSession, row: AccountRow) -> None:
    """Refuse a password that was right when it was looked at, and is over since."""
    await db.lock(session, f"account:{row.id}")
    now = await accounts.of_login(session, row.login)
    if now is None or now.password_hash != row.password_hash:
        raise AccountRefused("wrong_login")


async def _looked_up(db: Database, login: str, device: str) -> tuple[AccountRow | None, str]:
    """Give the account of a login, and the browser's id when it signed in with it before."""
    async with db.reading() as session:
        row = await accounts.of_login(session, login)
        known = await known_devices.of_account(db, session, device, row.id) if row else ""
    return row, known


def _begun(db: Database, session: AsyncSession, account_id: str, address: str) -> str:
    cookie, now = secrets.token_urlsafe(32), db.now()
    session.add(
        SessionRow(
            id=fingerprint(cookie),
            account_id=account_id,
            address=address,
            created_at=now,
            last_seen_at=now,
        )
    )
    return cookie


async def _end(session: AsyncSession, cookie: str) -> None:
    await session.execute(delete(SessionRow).where(col(SessionRow.id) == fingerprint(cookie)))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, how far his second factor is, and whether this session showed it.

    `fresh`: the password was typed a short while ago.
    """

    account: Account
    factor: Factor
    verified: bool
    fresh: bool


async def of_cookie(db: Database, cookie: str) -> SignedIn | None:
    """Give who is signed in under a cookie, None when the session is over."""
    now = db.now()
    async with db.reading() as session:
        kept = await session.get(SessionRow, fingerprint(cookie))
        if kept is None or now - kept.last_seen_at >= IDLE:
            return None
        if now - kept.created_at >= LONGEST_SESSION:
            return None
        account = await accounts.active_account(session, kept.account_id)
        factor = await second_factors.of_account(session, kept.account_id)
    if account is None:
        return None
    if now - kept.last_seen_at >= SEEN_AGAIN_AFTER:
        async with db.writing() as session:
            await session.execute(
                update(SessionRow).where(col(SessionRow.id) == kept.id).values(last_seen_at=now)
            )
    fresh = now - (kept.confirmed_at or kept.created_at) < FRESH
    return SignedIn(account, factor, kept.verified, fresh)


async def of_account(session: AsyncSession, account_id: str, now: datetime) -> list[SessionRow]:
    """Give the sessions of an account that are not over, the last used first."""
    found = await session.scalars(
        select(SessionRow)
        .where(col(SessionRow.account_id) == account_id)
        .where(col(SessionRow.last_seen_at) > now - IDLE)
        .where(col(SessionRow.created_at) > now - LONGEST_SESSION)
        .order_by(col(SessionRow.last_seen_at).desc())
    )
    return list(found)


async def end_own(db: Database, account_id: str, session_id: str) -> None:
    """End one of an account's own sessions; somebody else's stays as it is."""
    async with db.writing() as session:
        own = col(SessionRow.id) == session_id, col(SessionRow.account_id) == account_id
        await session.execute(delete(SessionRow).where(*own))
        note(db, session, Happened.SIGNED_OUT, account_id)


async def end_all_of(db: Database, account_id: str) -> None:
    """End every session of somebody: an administrator says so."""
    async with db.writing() as session:
        await accounts.end_sessions(session, account_id)
        note(db, session, Happened.SESSIONS_ENDED, account_id)


async def was_ours(db: Database, cookie: str) -> bool:
    """Say whether a cookie was that of a session, over or not."""
    async with db.reading() as session:
        return await session.get(SessionRow, fingerprint(cookie)) is not None


async def sign_out(db: Database, cookie: str) -> None:
    """End a session; one that is over already stays so."""
    async with db.writing() as session:
        await _end(session, cookie)
        note(db, session, Happened.SIGNED_OUT, ORIGIN.get().by_id)
