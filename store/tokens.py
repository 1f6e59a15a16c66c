"""Personal tokens for the API, known only by their SHA-256."""

from __future__ import annotations

import secrets

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store import accounts
from store.accounts import SEEN_AGAIN_AFTER, Account, fingerprint
from store.engine import Database
from store.security_log import Happened, note
from store.tables import TokenRow

TOKEN_PREFIX = "bh_"  # noqa: S105  # the mark by which leaked tokens are found, no secret


async def issue(db: Database, account_id: str, label: str) -> str:
    """Give a new personal token; it is shown this once and kept as its SHA-256."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    async with db.writing() as session:
        session.add(
            TokenRow(
                id=f"t-{secrets.token_hex(6)}",
                account_id=account_id,
                sha256=fingerprint(token),
                label=label,
                created_at=db.now(),
            )
        )
        note(db, session, Happened.TOKEN_ISSUED, account_id, label)
    return token


async def owner(db: Database, token: str) -> Account | None:
    """Give the account a personal token belongs to, None when it is unknown or revoked."""
    now = db.now()
    async with db.reading() as session:
        kept = await session.scalar(
            select(TokenRow).where(col(TokenRow.sha256) == fingerprint(token))
        )
        if kept is None or kept.revoked_at is not None:
            return None
        account = await accounts.active_account(session, kept.account_id)
    if account is None:
        return None
    if kept.last_used_at is None or now - kept.last_used_at >= SEEN_AGAIN_AFTER:
        async with db.writing() as session:
            await session.execute(
                update(TokenRow).where(col(TokenRow.id) == kept.id).values(last_used_at=now)
            )
    return account


async def in_force(session: AsyncSession, account_id: str) -> tuple[TokenRow, ...]:
    """Give an account's tokens that still work, newest first."""
    query = select(TokenRow).where(
        col(TokenRow.account_id) == account_id, col(TokenRow.revoked_at).is_(None)
    )
    return tuple(await session.scalars(query.order_by(col(TokenRow.created_at).desc())))


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
