"""What the doctor looks at of the doors."""

from __future__ import annotations

import ipaddress

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from command_line.examined import Examined, Finding, in_store
from domain.local_time import day_of
from embedded.prepare import NO_ADMINISTRATOR
from gateways.seals import SecretSeals
from settings import Settings
from store.engine import Database
from store.people import accounts, second_factors, tokens
from store.roles import alterable

_SEALED = ("require", "verify-ca", "verify-full")
"""What PostgreSQL's `sslmode` says where a connection in clear is refused."""


async def administrator(settings: Settings) -> Examined:
    """Look whether somebody can open accounts."""
    what = "管理员"

    async def look(_: Database, session: AsyncSession) -> Examined:
        if await accounts.has_administrator(session):
            return Examined(what, Finding.OK, "有可以登录的管理员")
        production = settings.environment == "production"
        return Examined(what, Finding.BROKEN if production else Finding.NOTE, NO_ADMINISTRATOR)

    return await in_store(settings, what, look)


async def tokens_of_before(settings: Settings) -> Examined:
    """Look for tokens from before there were scopes: nobody chose what they may do."""
    what = "旧个人令牌"
    none = Examined(what, Finding.OK, "没有")

    async def look(db: Database, session: AsyncSession) -> Examined:
        found = await tokens.of_before(session, db.now())
        if not found:
            return none
        last = day_of(tokens.ends_at(found[0]))
        words = (
            f"{len(found)} 枚未选定权限的旧令牌仍可查询和办理（不可审批），最迟至 {last.isoformat()}；"
            "请本人在“账号”页面撤销，需要的另行新建"
        )
        return Examined(what, Finding.NOTE, words)

    return await in_store(settings, what, look, unbuilt=none)


async def second_factor_secrets(settings: Settings) -> Examined:
    """Look whether the secrets of second factors open, and by which key they are sealed."""
    what = "双重验证密钥"

    async def look(_: Database, session: AsyncSession) -> Examined:
        seals = SecretSeals(settings.signing_keys)
        waiting, lost = await second_factors.sealed_otherwise(session, seals)
        if lost:
            return Examined(
                what,
                Finding.BROKEN,
                f"{lost} 人的双重验证由已移出 BIHUAN_LINK_KEYS 的密钥加密，无法登录；"
                "请放回该密钥并重启网页服务，或重置其双重验证",
            )
        if waiting:
            words = f"{waiting} 人的双重验证将在网页服务启动后改用最新密钥加密；此前请勿移出旧密钥"
            return Examined(what, Finding.NOTE, words)
        return Examined(what, Finding.OK, "均以最新密钥加密")

    return await in_store(settings, what, look, unbuilt=Examined(what, Finding.OK, "没有"))


async def proxies(settings: Settings) -> Examined:
    """Look whose word is believed for who asks."""
    if settings.proxies:
        return Examined("反向代理", Finding.OK, f"采信 {'、'.join(settings.proxies)} 转来的地址")
    return Examined(
        "反向代理",
        Finding.NOTE if settings.environment == "production" else Finding.OK,
        "未设置 BIHUAN_TRUSTED_PROXIES：经反向代理访问的，登录限制把所有人按同一地址计算",
    )


async def database_role(settings: Settings) -> Examined:
    """Look whether the role of web and worker could alter what is kept."""
    what = "数据库账号"
    db = Database(settings.database)
    try:
        found = await alterable(db)
    except (SQLAlchemyError, OSError):
        return Examined(what, Finding.NOTE, "未能检查，请先处理数据库一项")
    finally:
        await db.dispose()
    if not found:
        words = "SQLite 文件不分账号" if db.on_sqlite else "运行账号不能改动只增不改的各表"
        return Examined(what, Finding.OK, words)
    serious = settings.environment == "production"
    return Examined(
        what,
        Finding.BROKEN if serious else Finding.NOTE,
        f"运行账号可以改动只增不改的 {len(found)} 张表（如 {found[0]}）；请以另一账号拥有各表，"
        "设置 BIHUAN_MIGRATION_DATABASE_URL 后运行 bihuan migrate",
    )


async def connections(settings: Settings) -> Examined:
    """Look what crosses a network in clear."""
    what = "连接加密"
    plain = "、".join(name for name, tls in _connections(settings) if not tls)
    if not plain:
        return Examined(what, Finding.OK, "与其他服务的连接均已加密或不出本机")
    return Examined(
        what,
        Finding.NOTE,
        f"{plain}未加密；不在同一专用网络内的，请在设置中启用 TLS（见 docs/running.md）",
    )


def _connections(settings: Settings) -> tuple[tuple[str, bool], ...]:
    """Give each service with whether nothing of it can be read on the way."""
    database = make_url(settings.database)
    temporal_host = settings.temporal_address.rpartition(":")[0]
    return (
        ("数据库", _is_here(database.host) or database.query.get("sslmode") in _SEALED),
        ("Temporal ", settings.temporal_tls or _is_here(temporal_host)),
        ("邮件服务器", settings.smtp_security != "none" or _is_here(settings.smtp_host)),
        ("佐证材料存储", not settings.s3_endpoint.startswith("http://")),
    )


def _is_here(host: str | None) -> bool:
    """Say whether a host is this machine; a file or a socket has none."""
    if not host or host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
