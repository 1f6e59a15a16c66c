"""Personal tokens for the API, known only by their SHA-256.

A token reads, or acts too; it never does what only a supervisor may, and it ends.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.people import accounts
from store.people.accounts import SEEN_AGAIN_AFTER, Account, fingerprint
from store.people.security_log import Happened, note
from store.tables import TokenRow

TOKEN_PREFIX = "bh_"  # noqa: S105  # the mark by which leaked tokens are found, no secret


LIVES = (30, 90, 365)
"""How many days a token may last."""

_LONGEST = timedelta(days=LIVES[-1])
"""Of a token from before they had an end, since it was issued."""


class Scope(StrEnum):
    """What a token is good for; FULL is one from before there were scopes, and acts like ACT."""

    READ = "read"
    ACT = "act"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose token was shown, and what it is good for."""

    account: Account
    scope: Scope


async def issue(
    db: Database,
    account_id: str,
    label: str,
    scope: Scope = Scope.READ,
    lasts: timedelta = timedelta(days=LIVES[0]),
) -> str:
    """Give a new personal token; it is shown this once and kept as its SHA-256."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    async with db.writing() as session:
        session.add(
            TokenRow(
                id=f"t-{secrets.token_hex(6)}",
                account_id=account_id,
                sha256=fingerprint(token),
                label=label,
                scope=scope.value,
                created_at=db.now(),
                expires_at=db.now() + lasts,
            )
        )
        told = f"{label}，{scope.value}，{lasts.days}日"
        note(db, session, Happened.TOKEN_ISSUED, account_id, told)
    return token


def ends_at(row: TokenRow) -> datetime:
    """Give the instant from which a token opens nothing."""
    return row.expires_at or row.created_at + _LONGEST


async def shown(db: Database, token: str) -> Shown | None:
    """Give whose token this is, None when it is unknown, revoked or over."""
    now = db.now()
    async with db.reading() as session:
        kept = await session.scalar(
            select(TokenRow).where(col(TokenRow.sha256) == fingerprint(token))
        )
        if kept is None or kept.revoked_at is not None or now >= ends_at(kept):
            return None
        account = await accounts.active_account(session, kept.account_id)
    if account is None:
        return None
    if kept.last_used_at is None or now - kept.last_used_at >= SEEN_AGAIN_AFTER:
        async with db.writing() as session:
            await session.execute(
                update(TokenRow).where(col(TokenRow.id) == kept.id).values(last_used_at=now)
            )
    return Shown(account, Scope(kept.scope))


async def in_force(session: AsyncSession, account_id: str, now: datetime) -> tuple[TokenRow, ...]:
    """Give an account's tokens that still work, newest first."""
    query = select(TokenRow).where(
        col(TokenRow.account_id) == account_id, col(TokenRow.revoked_at).is_(None)
    )
    found = await session.scalars(query.order_by(col(TokenRow.created_at).desc()))
    return tuple(row for row in found if now < ends_at(row))


async def of_before(session: AsyncSession, now: datetime) -> tuple[TokenRow, ...]:
    """Give the tokens from before there were scopes that still work, the last to end first."""
    query = select(TokenRow).where(
        col(TokenRow.scope) == Scope.FULL.value, col(TokenRow.revoked_at).is_(None)
    )
    found = [row for row in await session.scalars(query) if now < ends_at(row)]
    return tuple(sorted(found, key=ends_at, reverse=True))


async def revoke(db: Database, account_id: str, token_id: str) -> None:
    """Revoke one of an account's own tokens; somebody else's stays as it is."""
    async with db.writing() as session:
        revoked = await session.scalar(
            update(TokenRow)
            .where(col(TokenRow.id) == token_id, col(TokenRow.account_id) == account_id)
            .where(col(TokenRow.revoked_at).is_(None))
            .values(revoked_at=db.now())
            .returning(col(TokenRow.label))
            .execution_options(synchronize_session=False)
        )
        if revoked is not None:
            note(db, session, Happened.TOKEN_REVOKED, account_id, revoked)
