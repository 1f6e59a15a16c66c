"""Passwords people choose themselves: with the old one, or once by a link somebody made for them.

Whoever made the link does not learn the password.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from store.engine import Database
from store.people import accounts, known_devices, passwords, sign_in_tries
from store.people.accounts import Account, AccountRefused, account_of, fingerprint
from store.people.security_log import Happened, note, note_alone
from store.people.sessions import Browser
from store.people.sign_in_tries import Limit
from store.tables import AccountRow, OneTimeLinkRow, SessionRow, TokenRow

LINK_LIFE = timedelta(hours=72)
"""Over a weekend."""


async def make_link(db: Database, account_id: str, made_by: str) -> str:
    """Give the token of a one-time link; one made before opens nothing any more.

    Raises AccountRefused.
    """
    token = secrets.token_urlsafe(32)
    async with db.writing() as session:
        row = await session.get(AccountRow, account_id)
        if row is None or not row.active:
            raise AccountRefused("no_such_account")
        await _end_links(session, account_id)
        now = db.now()
        session.add(
            OneTimeLinkRow(
                id=fingerprint(token),
                account_id=account_id,
                made_by=made_by,
                made_at=now,
                expires_at=now + LINK_LIFE,
            )
        )
        note(db, session, Happened.LINK_MADE, account_id)
    return token


def address(base_url: str, token: str) -> str:
    """Give the link under which a person chooses."""
    return f"{base_url}/password/{token}"


async def account_of_link(db: Database, token: str) -> Account:
    """Give whose password a link sets; raises AccountRefused when it is over."""
    async with db.reading() as session:
        return account_of(await _opened(db, session, token))


async def choose_by_link(db: Database, token: str, password: str) -> str:
    """Set the password a person chose, and give the cookie by which this browser is known.

    Sessions and personal tokens of the account end: who knew the old password is out. Raises
    AccountRefused.
    """
    account = await account_of_link(db, token)
    kept = await accounts.hashed(account.login, password)
    async with db.writing() as session:
        await db.lock(session, f"account:{account.id}")
        row = await _opened(db, session, token)
        row.password_hash, row.must_choose = kept, False
        await _end_everything(db, session, row.id)
        note(db, session, Happened.PASSWORD_CHOSEN, row.id, by_id=row.id)
        return await known_devices.remember(db, session, "", row.id)


async def change(db: Database, account: Account, browser: Browser, old: str, new: str) -> None:
    """Change one's own password; every other session of the account ends, and every other browser is a
    stranger again. Raises AccountRefused.

    Guesses of the old one are counted like those of a sign-in.
    """
    limits = sign_in_tries.limits(account.login, "", fingerprint(browser.session))
    before, tries = await _shown(db, account, limits, old)
    if new == old:
        raise AccountRefused("password_not_new")
    kept = await accounts.hashed(account.login, new)
    async with db.writing() as session:
        await _demand_unchanged(db, session, account.id, before)
        await sign_in_tries.forgive(session, tries, limits)
        await known_devices.forget(session, account.id, but=browser.device)
        await _set(session, account.id, kept, must_choose=False)
        await _end_links(session, account.id)
        own = fingerprint(browser.session)
        others = col(SessionRow.account_id) == account.id, col(SessionRow.id) != own
        await session.execute(delete(SessionRow).where(*others))
        note(db, session, Happened.PASSWORD_CHANGED, account.id, by_id=account.id)


async def confirm(db: Database, account: Account, cookie: str, password: str) -> None:
    """Let a session go on with what asks for the password anew; raises AccountRefused."""
    limits = sign_in_tries.limits(account.login, "", fingerprint(cookie))
    before, tries = await _shown(db, account, limits, password)
    async with db.writing() as session:
        await _demand_unchanged(db, session, account.id, before)
        await sign_in_tries.forgive(session, tries, limits)
        own = col(SessionRow.id) == fingerprint(cookie)
        await session.execute(update(SessionRow).where(own).values(confirmed_at=db.now()))
        note(db, session, Happened.PASSWORD_CONFIRMED, account.id, by_id=account.id)


async def _demand_unchanged(
    db: Database, session: AsyncSession, account_id: str, before: str
) -> None:
    """Refuse a password that was right when it was looked at, and was replaced since."""
    await db.lock(session, f"account:{account_id}")
    row = await session.get(AccountRow, account_id)
    if row is None or not row.active or row.password_hash != before:
        raise AccountRefused("wrong_password")


async def _shown(
    db: Database, account: Account, limits: Sequence[Limit], typed: str
) -> tuple[str, tuple[int, ...]]:
    """Demand an account's own password; give its hash, and the rows of the counted try."""
    tries = await sign_in_tries.count(db, limits)
    async with db.reading() as session:
        row = await session.get(AccountRow, account.id)
    try:
        right = row and await passwords.matches(row.password_hash, typed, passwords.KNOWN)
    except passwords.Busy as busy:
        await sign_in_tries.take_back(db, tries)
        raise AccountRefused("signing_in_busy") from busy
    if not right or row is None:
        await note_alone(db, Happened.SIGN_IN_FAILED, account.id, by_id=account.id)
        raise AccountRefused("wrong_password")
    return row.password_hash, tries


async def set_for(db: Database, account: Account, password: str) -> None:
    """Set a password that its person must replace at the next sign-in; raises AccountRefused."""
    kept = await accounts.hashed(account.login, password)
    async with db.writing() as session:
        await db.lock(session, f"account:{account.id}")
        await _set(session, account.id, kept, must_choose=True)
        await _end_everything(db, session, account.id)
        note(db, session, Happened.PASSWORD_SET, account.id)


async def _set(session: AsyncSession, account_id: str, kept: str, *, must_choose: bool) -> None:
    await session.execute(
        update(AccountRow)
        .where(col(AccountRow.id) == account_id)
        .values(password_hash=kept, must_choose=must_choose)
    )


async def _opened(db: Database, session: AsyncSession, token: str) -> AccountRow:
    link = await session.get(OneTimeLinkRow, fingerprint(token))
    row = await session.get(AccountRow, link.account_id) if link else None
    if link is None or row is None or not row.active or db.now() >= link.expires_at:
        raise AccountRefused("link_over")
    return row


async def _end_everything(db: Database, session: AsyncSession, account_id: str) -> None:
    await accounts.end_sessions(session, account_id)
    await known_devices.forget(session, account_id)
    await _end_links(session, account_id)
    await session.execute(
        update(TokenRow)
        .where(col(TokenRow.account_id) == account_id, col(TokenRow.revoked_at).is_(None))
        .values(revoked_at=db.now())
    )


async def _end_links(session: AsyncSession, account_id: str) -> None:
    await session.execute(
        delete(OneTimeLinkRow).where(col(OneTimeLinkRow.account_id) == account_id)
    )
