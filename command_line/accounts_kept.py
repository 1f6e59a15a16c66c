"""What `bihuan account` does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from command_line.persons import operator
from command_line.telling import answer, say
from domain.plain_text import line
from domain.roles import Role
from settings import Settings
from store.engine import Database
from store.people import accounts, chosen_passwords, second_factors, security_log
from store.people.accounts import Account, AccountRefused, account_of
from store.tables import AccountRow

_UNREADABLE = "数据库无法读取，请先运行 bihuan migrate：{error}"


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Database]:
    db = Database(settings.database)
    security_log.is_done_by(operator())
    try:
        yield db
    finally:
        await db.dispose()


async def create_account(
    login: str, name: str, role: Role, *, email: str, password: str | None, as_json: bool
) -> int:
    """Open an account; give the exit code."""
    settings = Settings()
    async with _store(settings) as db:
        try:
            made = await accounts.create(
                db,
                login,
                line(name)[:100],
                role,
                password or "",
                email=email,
                must_choose=password is not None,
            )
            link = "" if password is not None else await _link(db, settings, made)
        except (AccountRefused, SQLAlchemyError) as error:
            return _refused(error)
    _tell(made, link, as_json=as_json)
    return 0


async def reset_account(
    login: str, *, password: str | None, second_factor: bool, as_json: bool
) -> int:
    """Let somebody choose anew; give the exit code."""
    settings = Settings()
    async with _store(settings) as db:
        try:
            account = await _of_login(db, login)
            if second_factor:
                await second_factors.reset(db, account.id)
            if password is not None:
                await chosen_passwords.set_for(db, account, password)
            link = "" if password is not None else await _link(db, settings, account)
        except (AccountRefused, SQLAlchemyError) as error:
            return _refused(error)
    _tell(account, link, as_json=as_json)
    return 0


async def list_all(*, as_json: bool) -> int:
    """List every account; give the exit code."""
    async with _store(Settings()) as db:
        try:
            async with db.reading() as session:
                people = await accounts.everyone(session)
        except SQLAlchemyError as error:
            return _refused(error)
    if as_json:
        answer([_view(row) for row in people])
        return 0
    for row in people:
        print(f"{row.login}\t{row.name}\t{Role(row.role).label}\t{_standing(row)}")
    return 0


async def _link(db: Database, settings: Settings, account: Account) -> str:
    token = await chosen_passwords.make_link(db, account.id, operator())
    return chosen_passwords.address(settings.public_url, token)


async def _of_login(db: Database, login: str) -> Account:
    async with db.reading() as session:
        row = await accounts.of_login(session, login)
    if row is None:
        raise AccountRefused("no_such_account")
    return account_of(row)


def _tell(account: Account, link: str, *, as_json: bool) -> None:
    if as_json:
        answer({"login": account.login, "role": account.role.value, "link": link or None})
        return
    if not link:
        say(f"{account.login}：密码已设置，本人首次登录时须更换。")
        return
    hours = chosen_passwords.LINK_LIFE.total_seconds() / 3600
    say(
        f"{account.login}（{account.role.label}）：请本人打开以下链接设置密码，{hours:.0f}小时内有效，限用一次。"
    )
    print(link)


def _view(row: AccountRow) -> dict[str, str]:
    return {"login": row.login, "name": row.name, "role": row.role, "state": _standing(row)}


def _standing(row: AccountRow) -> str:
    if not row.active:
        return "停用"
    if not row.password_hash:
        return "尚未设置密码"
    return "首次登录须更换密码" if row.must_choose else "启用"


def _refused(error: AccountRefused | SQLAlchemyError) -> int:
    say(str(error) if isinstance(error, AccountRefused) else _UNREADABLE.format(error=error))
    return 1
