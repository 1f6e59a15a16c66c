"""The second factor of a sign-in: an authenticator app, and codes on paper for the day it is lost."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from unicodedata import normalize

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.one_time_codes import matching_step
from store.engine import Database
from store.people import known_devices, sign_in_tries
from store.people.accounts import Account, AccountRefused, end_sessions, fingerprint
from store.people.security_log import Happened, note, note_alone
from store.tables import RecoveryCodeRow, SecondFactorRow, SessionRow

RECOVERY_CODES = 10
_SECRET_BYTES = 20
_SIGNS = 24
"""118 bits of chance: a plain hash keeps a code, and nobody reckons it from a stolen database."""
_UNLIKE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs nobody takes for one another."""


class Seals(Protocol):
    """Seals the secret of an app before it is kept, and opens it again for its owner alone."""

    def seal(self, secret: str, owner: str) -> str:
        """Give what is kept."""

    def opened(self, kept: str, owner: str) -> str | None:
        """Give the secret; None where the key that sealed it is gone."""

    def is_current(self, kept: str) -> bool:
        """Say whether the newest key sealed it."""


class Factor(StrEnum):
    """How far an account's second factor is."""

    NONE = "none"
    OFFERED = "offered"
    IN_USE = "in_use"


async def of_account(session: AsyncSession, account_id: str) -> Factor:
    """Say how far the second factor of an account is."""
    row = await session.get(SecondFactorRow, account_id)
    if row is None:
        return Factor.NONE
    return Factor.IN_USE if row.in_use else Factor.OFFERED


async def offer(db: Database, seals: Seals, account: Account) -> str:
    """Give the secret for somebody's app, the same until it is in use; raises AccountRefused then."""
    async with db.writing() as session:
        await db.lock(session, f"account:{account.id}")
        row = await session.get(SecondFactorRow, account.id)
        if row is not None and row.in_use:
            raise AccountRefused("factor_in_use")
        known = row and seals.opened(row.secret, account.id)
        if known:
            return known
        secret = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()
        kept = SecondFactorRow(account_id=account.id, secret=seals.seal(secret, account.id))
        await session.merge(kept)
        return secret


async def offered(db: Database, seals: Seals, account: Account) -> str:
    """Give the secret that was offered to somebody; empty where none was, or once it is in use."""
    async with db.reading() as session:
        row = await session.get(SecondFactorRow, account.id)
    if row is None or row.in_use:
        return ""
    return seals.opened(row.secret, account.id) or ""


async def seal_anew(db: Database, seals: Seals) -> int:
    """Seal by the newest key what is kept plain or by an older one; give how many secrets.

    What no key opens any more stays as it is: its owner needs a reset, or the key comes back.
    """
    async with db.reading() as session:
        rows = await session.scalars(select(SecondFactorRow))
        old = [row.account_id for row in rows if not seals.is_current(row.secret)]
    sealed = 0
    for account_id in old:
        async with db.writing() as session:
            await db.lock(session, f"account:{account_id}")
            row = await session.get(SecondFactorRow, account_id)
            secret = row and seals.opened(row.secret, account_id)
            if row is not None and secret:
                row.secret = seals.seal(secret, account_id)
                sealed += 1
    return sealed


async def sealed_otherwise(session: AsyncSession, seals: Seals) -> tuple[int, int]:
    """Count the secrets that wait to be sealed anew, and those that no key opens any more."""
    rows = await session.scalars(select(SecondFactorRow))
    old = [row for row in rows if not seals.is_current(row.secret)]
    lost = [row for row in old if seals.opened(row.secret, row.account_id) is None]
    return len(old) - len(lost), len(lost)


@dataclass(frozen=True, slots=True)
class Shown:
    """A code as it is shown: in which session, with which browser, by their cookies."""

    cookie: str
    code: str
    device: str = ""

    @property
    def plain(self) -> str:
        """The signs that count, in the width that the app shows: keyboards for Chinese write wide ones."""
        return "".join(one for one in normalize("NFKC", self.code).upper() if one.isalnum())


async def take_into_use(
    db: Database, seals: Seals, account: Account, shown: Shown
) -> tuple[str, ...]:
    """Put to use the app that shows this code, and give the recovery codes, shown this once.

    Raises AccountRefused.
    """
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    await _let_in(db, seals, account, shown, codes)
    return codes


async def verify(db: Database, seals: Seals, account: Account, shown: Shown) -> None:
    """Take a code of the app, or a recovery code, for this session; raises AccountRefused."""
    await _let_in(db, seals, account, shown, ())


async def _let_in(
    db: Database, seals: Seals, account: Account, shown: Shown, codes: Sequence[str]
) -> None:
    """Count the try, then look at the code; `codes` are kept where the factor is only taken into use."""
    limits = await _limits(db, account, shown)
    tries = await _counted(db, limits)
    async with db.writing() as session:
        await db.lock(session, f"account:{account.id}")
        row = await session.get(SecondFactorRow, account.id)
        right = row is not None and row.in_use != bool(codes)
        right = right and await _accepts(db, seals, session, row, shown.plain)
        if right and row is not None:
            await sign_in_tries.forgive(session, tries, limits)
            await known_devices.showed_factor(session, shown.device, account.id)
            await _mark(db, session, row, shown.cookie, codes)
    if not right:
        await note_alone(db, Happened.SECOND_FACTOR_FAILED, account.id, by_id=account.id)
        raise AccountRefused("wrong_code")


async def _counted(db: Database, limits: Sequence[sign_in_tries.Limit]) -> Sequence[int]:
    """Count a try; a refusal says what helps here, which another password does not."""
    try:
        return await sign_in_tries.count(db, limits)
    except AccountRefused as refused:
        raise AccountRefused("too_many_codes", **refused.details) from refused


async def _limits(db: Database, account: Account, shown: Shown) -> tuple[sign_in_tries.Limit, ...]:
    """Give what a try counts against.

    Who has the password alone uses up neither the count of a browser that showed the factor before, nor
    that of the recovery codes, which nobody guesses: they are counted by session.
    """
    if len(shown.plain) == _SIGNS:
        return (sign_in_tries.Limit(f"recovery {fingerprint(shown.cookie)}", sign_in_tries.TRIES),)
    async with db.reading() as session:
        device = await known_devices.that_showed_factor(db, session, shown.device, account.id)
    return sign_in_tries.factor_limits(account.login, device)


async def _accepts(
    db: Database, seals: Seals, session: AsyncSession, row: SecondFactorRow | None, plain: str
) -> bool:
    if row is None:
        return False
    secret = seals.opened(row.secret, row.account_id)
    step = matching_step(secret, plain, db.now(), row.last_step) if secret else None
    if step is not None:
        row.last_step = step
        return True
    kept = await session.get(RecoveryCodeRow, _kept(row.account_id, plain))
    if kept is None or not row.in_use:
        return False
    await session.delete(kept)
    note(db, session, Happened.RECOVERY_CODE_USED, row.account_id, by_id=row.account_id)
    return True


async def _mark(
    db: Database, session: AsyncSession, row: SecondFactorRow, cookie: str, codes: Sequence[str]
) -> None:
    """Let the session in, and keep the recovery codes of a factor that comes into use."""
    own = col(SessionRow.id) == fingerprint(cookie)
    await session.execute(update(SessionRow).where(own).values(verified=True))
    if codes:
        row.in_use = True
        plain = (code.replace("-", "") for code in codes)
        session.add_all(
            RecoveryCodeRow(id=_kept(row.account_id, code), account_id=row.account_id)
            for code in plain
        )
        note(db, session, Happened.SECOND_FACTOR_SET, row.account_id, by_id=row.account_id)


async def reset(db: Database, account_id: str) -> None:
    """Forget somebody's app and recovery codes, and end his sessions: the telephone is lost."""
    async with db.writing() as session:
        await session.execute(
            delete(SecondFactorRow).where(col(SecondFactorRow.account_id) == account_id)
        )
        await session.execute(
            delete(RecoveryCodeRow).where(col(RecoveryCodeRow.account_id) == account_id)
        )
        await known_devices.forget_factor(session, account_id)
        await end_sessions(session, account_id)
        note(db, session, Happened.SECOND_FACTOR_RESET, account_id)


def _recovery_code() -> str:
    signs = "".join(secrets.choice(_UNLIKE) for _ in range(_SIGNS))
    return "-".join(signs[at : at + 4] for at in range(0, _SIGNS, 4))


def _kept(account_id: str, code: str) -> str:
    return fingerprint(f"{account_id}:{code}")
