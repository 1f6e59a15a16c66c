"""Accounts of the bureau: who may sign in, and under which role.

Disabling an account ends all of its sessions and tokens at once. Cookies and tokens are kept as
SHA-256 only.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from unicodedata import normalize

from sqlalchemy import delete, func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.catalogues.districts import district
from domain.roles import Actor, Role
from store.engine import Database
from store.people import passwords
from store.people.password_rule import LONGEST, SHORTEST, is_too_common
from store.people.security_log import Happened, note
from store.registers.reach import ADDRESS, REACH_LOCK, account_reached, district_reached
from store.tables import AccountRow, SessionRow

SEEN_AGAIN_AFTER = timedelta(minutes=1)
"""How often it is noted that a session or token is in use."""

_USABLE = (col(AccountRow.active), col(AccountRow.password_hash) != "")


@dataclass(frozen=True, slots=True)
class Account:
    """One person as the doors know them; `must_choose`: the password is somebody else's choice."""

    id: str
    login: str
    name: str
    role: Role
    must_choose: bool = False

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
        "password_not_new": "新密码与原密码相同，请换一个。",
        "passwords_differ": "两次输入的新密码不一致，请重新输入。",
        "wrong_password": "密码不正确，请重新输入本人当前的密码。",
        "wrong_code": "动态码或恢复码不正确，或者已经使用过，请等待下一个动态码后重试。",
        "factor_in_use": "双重验证已启用；需要更换的，请联系管理员重置。",
        "link_over": "链接无效、已使用或已过期，请联系管理员重新生成。",
        "signing_in_busy": "登录人数较多，请稍后再试。",
        "wrong_login": "登录名或密码不正确，请重新输入。",
        "too_many_attempts": "登录失败次数过多，请于{minutes}分钟后再试；急需办理的，请联系管理员生成一次性链接。",
        "too_many_codes": "动态码错误次数过多，请于{minutes}分钟后再试；急需办理的，可输入恢复码，"
        "或者联系管理员重置双重验证。",
        "address_unusable": "邮箱格式不正确，请核对后重新填写。",
        "reached_as_contact": "该邮箱或电话已登记为“{unit}”的联系人，不能同时作为市级人员的联系方式。",
        "reached_as_account": "该邮箱或手机号已登记为账号“{login}”的联系方式；一人只用一个账号，请核对。",
        "no_such_account": "没有这个账号，请刷新页面后重试。",
        "last_administrator": "这是最后一个可用的管理员账号，不能停用。",
    }

    def __init__(self, code: str, **details: object) -> None:
        """Refuse for the reason `code`."""
        super().__init__(self.sentences[code].format(**details))
        self.code = code
        self.details = details


def fingerprint(secret: str) -> str:
    """Give the SHA-256 under which a cookie or token is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def create(
    db: Database,
    login: str,
    name: str,
    role: Role,
    password: str = "",
    *,
    email: str = "",
    telephone: str = "",
    must_choose: bool = False,
) -> Account:
    """Open an account; `email` and `telephone` reach its person. Raises AccountRefused.

    Without a password nobody can sign in until its person has chosen one by a one-time link.
    """
    _demand_login(login)
    _demand_address(email)
    row = AccountRow(
        id=f"u-{secrets.token_hex(6)}",
        login=login,
        name=name,
        role=role.value,
        password_hash=await hashed(login, password) if password else "",
        must_choose=must_choose,
        email=email,
        telephone=telephone,
        created_at=db.now(),
    )
    account = account_of(row)
    try:
        async with db.writing() as session:
            await _demand_nobody_elses(db, session, row)
            session.add(row)
            note(db, session, Happened.ACCOUNT_OPENED, row.id, f"{login}，{role.label}")
    except IntegrityError as error:
        raise AccountRefused("login_taken", login=login) from error
    return account


async def set_reach(db: Database, account_id: str, email: str, telephone: str) -> None:
    """Say how an account's person is reached; raises AccountRefused."""
    _demand_address(email)
    async with db.writing() as session:
        row = await _row(session, account_id)
        row.email, row.telephone = email, telephone
        await _demand_nobody_elses(db, session, row)
        note(db, session, Happened.ACCOUNT_REACHED, account_id)


async def set_active(db: Database, account_id: str, *, active: bool) -> None:
    """Enable or disable an account; disabling ends its sessions at once.

    Raises AccountRefused for the last administrator.
    """
    async with db.writing() as session:
        await db.lock(session, "accounts")
        row = await _row(session, account_id)
        if not active:
            await _demand_another_administrator(session, row)
            await end_sessions(session, account_id)
        else:
            await _demand_nobody_elses(db, session, row)
        row.active, row.disabled_at = active, None if active else db.now()
        what = Happened.ACCOUNT_ENABLED if active else Happened.ACCOUNT_DISABLED
        note(db, session, what, account_id)


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


async def active_account(session: AsyncSession, account_id: str) -> Account | None:
    """Give an account that may still sign in, else None."""
    row = await session.get(AccountRow, account_id)
    return account_of(row) if row is not None and row.active else None


def as_kept(login: str) -> str:
    """Give a login as accounts keep it: small letters, in the width that no keyboard for Chinese gives."""
    return normalize("NFKC", login).lower()


async def of_login(session: AsyncSession, login: str) -> AccountRow | None:
    """Give the account in service under a login, else None."""
    found: AccountRow | None = await session.scalar(
        select(AccountRow).where(col(AccountRow.login) == login, col(AccountRow.active))
    )
    return found


async def has_administrator(session: AsyncSession) -> bool:
    """Say whether there is an administrator who can sign in."""
    of_role = col(AccountRow.role) == Role.ADMINISTRATOR.value
    found = select(AccountRow.id).where(of_role, *_USABLE).limit(1)
    return await session.scalar(found) is not None


async def of_id(db: Database, account_id: str) -> Account:
    """Give an account, also one that is disabled by now; raises AccountRefused."""
    async with db.reading() as session:
        return account_of(await _row(session, account_id))


def account_of(row: AccountRow) -> Account:
    """Read an account."""
    return Account(row.id, row.login, row.name, Role(row.role), row.must_choose)


async def _row(session: AsyncSession, account_id: str) -> AccountRow:
    row = await session.get(AccountRow, account_id)
    if row is None:
        raise AccountRefused("no_such_account")
    return row


def _demand_login(login: str) -> None:
    plain = login.replace(".", "").replace("-", "").replace("_", "")
    usable = plain.isascii() and plain.isalnum() and login == login.lower()
    if not usable or not 3 <= len(login) <= 40:
        raise AccountRefused("login_unusable")


def _demand_address(email: str) -> None:
    if email and re.fullmatch(ADDRESS, email) is None:
        raise AccountRefused("address_unusable")


async def _demand_nobody_elses(db: Database, session: AsyncSession, row: AccountRow) -> None:
    """Refuse an account whose person is a district's contact, or has another account."""
    await db.lock(session, REACH_LOCK)
    unit = await district_reached(session, row.email, row.telephone)
    if unit:
        raise AccountRefused("reached_as_contact", unit=district(unit).name)
    login = await account_reached(session, row)
    if login:
        raise AccountRefused("reached_as_account", login=login)


async def hashed(login: str, password: str) -> str:
    """Give the hash of a password that its login may have; raises AccountRefused."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountRefused("password_too_short", least=SHORTEST)
    if is_too_common(login, password):
        raise AccountRefused("password_too_common")
    try:
        return await passwords.hashed(password)
    except passwords.Busy as busy:
        raise AccountRefused("signing_in_busy") from busy


async def end_sessions(session: AsyncSession, account_id: str) -> None:
    """End every session of an account."""
    await session.execute(delete(SessionRow).where(col(SessionRow.account_id) == account_id))


async def _demand_another_administrator(session: AsyncSession, row: AccountRow) -> None:
    if row.role != Role.ADMINISTRATOR.value:
        return
    others = await session.scalar(
        select(func.count())
        .select_from(AccountRow)
        .where(col(AccountRow.role) == row.role, *_USABLE)
        .where(col(AccountRow.id) != row.id)
    )
    if not others:
        raise AccountRefused("last_administrator")
