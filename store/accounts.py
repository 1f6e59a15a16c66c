"""Accounts of the bureau, their sessions and personal tokens.

Passwords are kept as Argon2id hashes, cookies and tokens as SHA-256 only. A session ends after 30
minutes without a request and after 12 hours in any case; disabling an account ends all of its
sessions and tokens at once. Failed sign-ins are counted per login and address, so that a stranger
elsewhere cannot lock anybody out.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.roles import Actor, Role
from store.engine import Database
from store.tables import AccountRow, LoginFailureRow, SessionRow, TokenRow

IDLE = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
SEEN_AGAIN_AFTER = timedelta(minutes=1)
FAILURE_WINDOW = timedelta(minutes=5)
FAILURES_ALLOWED = 10
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
TOKEN_PREFIX = "bh_"  # noqa: S105  # the mark by which leaked tokens are found, no secret

_HASHER = PasswordHasher()
# One hash takes 64 MiB and a tenth of a second: two at a time are enough for people.
_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_NOBODY = _HASHER.hash(secrets.token_hex())
_COMMON = ("1234567890", "0123456789", "password", "qwertyuiop", "admin12345", "chongqing")


@dataclass(frozen=True, slots=True)
class Account:
    """One person as the doors know them."""

    id: str
    login: str
    name: str
    role: Role

    @property
    def actor(self) -> Actor:
        """The person as the rules know them."""
        return Actor(self.id, self.role)


class AccountRefused(Exception):
    """An account, password or sign-in is refused; `code` is stable, the sentence Chinese."""

    sentences: ClassVar[dict[str, str]] = {
        "login_taken": "登录名“{login}”已被使用，请换一个。",
        "login_unusable": "登录名须为3至40位的小写字母、数字、点、横线或下划线。",
        "password_too_short": "密码至少{least}位，建议15位以上。",
        "password_too_common": "密码过于常见或包含登录名，请换一个。",
        "wrong_login": "登录名或密码不正确，请重新输入。",
        "too_many_attempts": "连续登录失败次数过多，请于{minutes}分钟后再试。",
        "no_such_account": "没有这个账号，请刷新页面后重试。",
        "last_administrator": "这是最后一个可用的管理员账号，不能停用。",
    }

    def __init__(self, code: str, **details: object) -> None:
        """Refuse for the reason `code`."""
        super().__init__(self.sentences[code].format(**details))
        self.code = code


def fingerprint(secret: str) -> str:
    """Give the SHA-256 under which a cookie or token is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def create(db: Database, login: str, name: str, role: Role, password: str) -> Account:
    """Open an account; raises AccountRefused."""
    _demand_login(login)
    row = AccountRow(
        id=f"u-{secrets.token_hex(6)}",
        login=login,
        name=name,
        role=role.value,
        password_hash=await _hashed(login, password),
        created_at=db.now(),
    )
    account = _account(row)
    try:
        async with db.writing() as session:
            session.add(row)
    except IntegrityError as error:
        raise AccountRefused("login_taken", login=login) from error
    return account


async def set_password(db: Database, account_id: str, password: str) -> None:
    """Give an account a new password and end its sessions; raises AccountRefused."""
    async with db.reading() as session:
        login = (await _row(session, account_id)).login
    hashed = await _hashed(login, password)
    async with db.writing() as session:
        (await _row(session, account_id)).password_hash = hashed
        await _end_sessions(session, account_id)


async def set_active(db: Database, account_id: str, *, active: bool) -> None:
    """Enable or disable an account; disabling ends its sessions at once.

    Raises AccountRefused for the last administrator.
    """
    async with db.writing() as session:
        await db.lock(session, "accounts")
        row = await _row(session, account_id)
        if not active:
            await _demand_another_administrator(session, row)
            await _end_sessions(session, account_id)
        row.active = active


async def everyone(session: AsyncSession) -> tuple[AccountRow, ...]:
    """Give all accounts, oldest first."""
    return tuple(
        await session.scalars(
            select(AccountRow).order_by(col(AccountRow.created_at), col(AccountRow.login))
        )
    )


async def names(session: AsyncSession) -> dict[str, str]:
    """Give the name of every account by its id."""
    found = await session.execute(select(col(AccountRow.id), col(AccountRow.name)))
    return dict(found.all())


async def sign_in(db: Database, login: str, password: str, address: str) -> str:
    """Check login and password and give the cookie of a new session; raises AccountRefused."""
    key = f"{login[:80]}|{address}"
    async with db.reading() as session:
        await _demand_patience(session, key, db.now())
        row = await _by_login(session, login)
    if not await _matches(row, password) or row is None:
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


async def of_session(db: Database, cookie: str) -> Account | None:
    """Give the account signed in under a cookie, None when the session is over."""
    now = db.now()
    async with db.reading() as session:
        kept = await session.get(SessionRow, fingerprint(cookie))
        if kept is None or now - kept.last_seen_at >= IDLE:
            return None
        if now - kept.created_at >= LONGEST_SESSION:
            return None
        row = await session.get(AccountRow, kept.account_id)
    if row is None or not row.active:
        return None
    if now - kept.last_seen_at >= SEEN_AGAIN_AFTER:
        async with db.writing() as session:
            await session.execute(
                update(SessionRow).where(col(SessionRow.id) == kept.id).values(last_seen_at=now)
            )
    return _account(row)


async def sign_out(db: Database, cookie: str) -> None:
    """End a session; one that is over already stays so."""
    async with db.writing() as session:
        await session.execute(delete(SessionRow).where(col(SessionRow.id) == fingerprint(cookie)))


async def issue_token(db: Database, account_id: str, label: str) -> str:
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
    return token


async def of_id(db: Database, account_id: str) -> Account:
    """Give an account, also one that is disabled by now; raises AccountRefused."""
    async with db.reading() as session:
        return _account(await _row(session, account_id))


async def of_token(db: Database, token: str) -> Account | None:
    """Give the account a personal token belongs to, None when it is unknown or revoked."""
    now = db.now()
    async with db.reading() as session:
        kept = await session.scalar(
            select(TokenRow).where(col(TokenRow.sha256) == fingerprint(token))
        )
        if kept is None or kept.revoked_at is not None:
            return None
        row = await session.get(AccountRow, kept.account_id)
    if row is None or not row.active:
        return None
    if kept.last_used_at is None or now - kept.last_used_at >= SEEN_AGAIN_AFTER:
        async with db.writing() as session:
            await session.execute(
                update(TokenRow).where(col(TokenRow.id) == kept.id).values(last_used_at=now)
            )
    return _account(row)


async def tokens_of(session: AsyncSession, account_id: str) -> tuple[TokenRow, ...]:
    """Give an account's tokens that still work, newest first."""
    query = select(TokenRow).where(
        col(TokenRow.account_id) == account_id, col(TokenRow.revoked_at).is_(None)
    )
    return tuple(await session.scalars(query.order_by(col(TokenRow.created_at).desc())))


async def revoke_token(db: Database, account_id: str, token_id: str) -> None:
    """Revoke one of an account's own tokens; somebody else's stays as it is."""
    async with db.writing() as session:
        await session.execute(
            update(TokenRow)
            .where(col(TokenRow.id) == token_id, col(TokenRow.account_id) == account_id)
            .where(col(TokenRow.revoked_at).is_(None))
            .values(revoked_at=db.now())
        )


def _account(row: AccountRow) -> Account:
    return Account(row.id, row.login, row.name, Role(row.role))


async def _row(session: AsyncSession, account_id: str) -> AccountRow:
    row = await session.get(AccountRow, account_id)
    if row is None:
        raise AccountRefused("no_such_account")
    return row


async def _by_login(session: AsyncSession, login: str) -> AccountRow | None:
    found: AccountRow | None = await session.scalar(
        select(AccountRow).where(col(AccountRow.login) == login, col(AccountRow.active))
    )
    return found


def _demand_login(login: str) -> None:
    plain = login.replace(".", "").replace("-", "").replace("_", "")
    usable = plain.isascii() and plain.isalnum() and login == login.lower()
    if not usable or not 3 <= len(login) <= 40:
        raise AccountRefused("login_unusable")


async def _hashed(login: str, password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountRefused("password_too_short", least=SHORTEST_PASSWORD)
    plain = password.lower()
    if login in plain or len(set(plain)) < 4 or any(plain.startswith(one) for one in _COMMON):
        raise AccountRefused("password_too_common")
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _HASHER.hash, password)


async def _matches(row: AccountRow | None, password: str) -> bool:
    """Compare; an unknown login takes as long as a known one."""
    hashed = row.password_hash if row is not None else _NOBODY
    try:
        return await asyncio.get_running_loop().run_in_executor(
            _HASHING, _HASHER.verify, hashed, password[: LONGEST_PASSWORD + 1]
        )
    except VerifyMismatchError:
        return False


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


async def _end_sessions(session: AsyncSession, account_id: str) -> None:
    await session.execute(delete(SessionRow).where(col(SessionRow.account_id) == account_id))


async def _demand_another_administrator(session: AsyncSession, row: AccountRow) -> None:
    if row.role != Role.ADMINISTRATOR.value:
        return
    others = await session.scalar(
        select(func.count())
        .select_from(AccountRow)
        .where(col(AccountRow.role) == row.role, col(AccountRow.active))
        .where(col(AccountRow.id) != row.id)
    )
    if not others:
        raise AccountRefused("last_administrator")
