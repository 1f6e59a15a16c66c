"""Getting ready: database shape, Temporal namespace, sample people for a first look."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import col
from temporalio.service import RPCError, RPCStatusCode

from domain.catalogues.districts import DISTRICTS
from domain.policy import Position
from domain.roles import Role
from embedded.temporal_server import prepare_namespace
from gateways.temporal_client import connect
from settings import Settings
from store.engine import Database
from store.migrate import upgrade
from store.people import accounts
from store.registers import rule_books
from store.registers.reach import CITY
from store.roles import SameRole, let_work
from store.tables import AccountRow, ContactRow

NO_ADMINISTRATOR = (
    "还没有可以登录的管理员，请运行：bihuan account create 登录名 --role administrator --name 姓名，"
    "并打开所得链接设置密码"
)
_SAMPLES = (
    ("officer", "示例承办人", Role.OFFICER),
    ("supervisor", "示例审批人", Role.SUPERVISOR),
    ("auditor", "示例核查人员", Role.AUDITOR),
    ("admin", "示例管理员", Role.ADMINISTRATOR),
)
_DISTRICT_POSITIONS = (
    Position.HANDLER,
    Position.SECTION_CHIEF,
    Position.DEPUTY_DIRECTOR,
    Position.DIRECTOR,
)
_CITY_POSITIONS = (Position.CASE_OFFICER, Position.SUPERVISOR)


_NOT_PREPARED = {
    RPCStatusCode.PERMISSION_DENIED: "无权准备命名空间，请由管理员设置保存期和检索属性：{why}",
    RPCStatusCode.NOT_FOUND: (
        "Temporal 上没有命名空间 {name}，请先运行："
        "temporal operator namespace create --namespace {name} --retention 3650d"
    ),
    RPCStatusCode.UNAVAILABLE: "Temporal 未能应答，请稍后再次运行 bihuan migrate：{why}",
}


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """A sample person's login; the password is drawn once per installation."""

    login: str
    password: str
    role: Role


async def prepare(settings: Settings, db: Database) -> tuple[SampleAccount, ...]:
    """Migrate, and on a first start of a development machine add sample people.

    Gives the sample logins, empty in production.
    """
    await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
    await migrate(settings)
    if settings.environment != "development":
        return ()
    await add_sample_contacts(db)
    return await _sample_accounts(db, settings.data_dir / "sample-accounts.json")


async def migrate(settings: Settings) -> None:
    """Bring the tables to their present shape, and let the role that works with them do no more than work.

    Raises `SameRole` where two roles are wanted and one is given.
    """
    await upgrade(settings.migration_database)
    if settings.migration_database != settings.database:
        owner = Database(settings.migration_database)
        try:
            await let_work(owner, Database(settings.database).url.username or "")
        finally:
            await owner.dispose()


async def _sample_accounts(db: Database, kept: Path) -> tuple[SampleAccount, ...]:
    known = await asyncio.to_thread(_read_kept, kept)
    if not known and not await _is_empty(db, AccountRow):
        return ()
    if not known:
        known = {login: secrets.token_urlsafe(12) for login, _, _ in _SAMPLES}
        await asyncio.to_thread(_keep, kept, known)
    async with db.reading() as session:
        there = set(await session.scalars(select(col(AccountRow.login))))
    for login, name, role in _SAMPLES:
        if login not in there:
            await accounts.create(db, login, name, role, known[login])
    return tuple(SampleAccount(login, known[login], role) for login, _, role in _SAMPLES)


def _read_kept(kept: Path) -> dict[str, str]:
    if not kept.exists():
        return {}
    content: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
    return content


def _keep(kept: Path, passwords: dict[str, str]) -> None:
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(passwords, indent=2), encoding="utf-8")


async def _is_empty(db: Database, table: type[AccountRow | ContactRow]) -> bool:
    async with db.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) == 0


async def add_sample_contacts(db: Database) -> None:
    """One made-up person per position; their addresses lead nowhere (example.com)."""
    if not await _is_empty(db, ContactRow):
        return
    people = [
        (unit.code, unit.short, position) for unit in DISTRICTS for position in _DISTRICT_POSITIONS
    ] + [(CITY, "市级", position) for position in _CITY_POSITIONS]
    async with db.writing() as session:
        for district, name, position in people:
            address = f"{position.value}.{district.lower()}@example.com".replace("_", "-")
            session.add(
                ContactRow(
                    district=district,
                    position=position.value,
                    name=f"示例{name}{position.label}",
                    email=address,
                    valid_from=date(2024, 6, 21),
                )
            )


async def migrate_all() -> int:
    """Migrate the database; prepare the namespace where a server answers. Gives the exit code."""
    settings = Settings()
    await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
    try:
        await migrate(settings)
    except SameRole as role:
        print(
            f"BIHUAN_MIGRATION_DATABASE_URL 与 BIHUAN_DATABASE_URL 是同一账号（{role}），应为两个账号"
        )
        return 1
    print(f"数据库结构已是最新：{settings.database.split('@')[-1]}")
    await _tell_unknown_rules(settings)
    await _tell_no_administrator(settings)
    return await _prepare_server(settings)


async def _tell_unknown_rules(settings: Settings) -> None:
    """Say of how many lives no rule book tells; after an upgrade from before these are all."""
    db = Database(settings.database)
    async with db.reading() as session:
        unknown = await rule_books.unknown(session)
    await db.dispose()
    if unknown:
        print(f"{len(unknown)} 个问题适用的口径尚未存档，服务启动后自动向其办理流程读取。")


async def _tell_no_administrator(settings: Settings) -> None:
    """Say how to make the first one; a development machine has a sample of its own."""
    db = Database(settings.database)
    async with db.reading() as session:
        there = await accounts.has_administrator(session)
    await db.dispose()
    if not there and settings.environment == "production":
        print(NO_ADMINISTRATOR)


async def _prepare_server(settings: Settings) -> int:
    try:
        client = await connect(settings.temporal)
        await prepare_namespace(client)
    except RuntimeError as error:
        print(f"Temporal（{settings.temporal_address}）未连接，命名空间留待下次准备：{error}")
        return 1 if settings.environment == "production" else 0
    except RPCError as error:
        name, words = settings.temporal_namespace, _NOT_PREPARED.get(error.status)
        if words is None:
            raise
        print(words.format(name=name, why=error.message))
        return 0 if error.status is RPCStatusCode.PERMISSION_DENIED else 1
    print(f"命名空间 {settings.temporal_namespace} 已就绪。")
    return 0
