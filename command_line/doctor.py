"""`bihuan doctor`: what is missing or unhealthy, in plain words, and what to do about it."""

from __future__ import annotations

import asyncio
import importlib
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from command_line.doctor_of_doors import (
    administrator,
    connections,
    database_role,
    proxies,
    second_factor_secrets,
    tokens_of_before,
)
from command_line.doctor_of_mail import mail_that_stays, relay, return_mailbox
from command_line.doctor_of_places import archive, clock, evidence, faces, temporal
from command_line.examined import Examined, Finding, in_store
from command_line.self_watch import (
    backups,
    deep_look,
    open_exports,
    reconciliation,
    shut_doors,
    side_loops,
)
from command_line.telling import answer
from domain.local_time import day_of
from embedded.temporal_server import ServerNotStarted, temporal_binary
from gateways.calendar_files import CalendarFileError, load_calendar
from gateways.policy_files import PolicyFileError, load_policy
from gateways.typed_errors import settings_in_words
from settings import Settings
from store.engine import Database, journal_mode
from store.migrate import is_current
from store.registers import rule_books

_LEAST_FREE = 0.10
_NAMED = 5


async def examine(*, as_json: bool) -> int:
    """Look at everything; give the exit code: 0 when nothing is broken."""
    found = await _examinations()
    broken = any(one.finding is Finding.BROKEN for one in found)
    if as_json:
        content = {"ok": not broken, "findings": [asdict(one) for one in found]}
        answer(content)
    else:
        marks = {Finding.OK: "正常", Finding.NOTE: "提示", Finding.BROKEN: "故障"}
        for one in found:
            print(f"[{marks[one.finding]}] {one.what}：{one.words}")
    return 1 if broken else 0


async def _examinations() -> list[Examined]:
    try:
        settings = Settings()
    except ValidationError as error:
        return [
            Examined(
                "设置",
                Finding.BROKEN,
                f"环境变量有误，请对照 .env.example 改正：{settings_in_words(error)}",
            )
        ]
    return [await check(settings) for check in _checks()]


def _checks() -> Sequence[Callable[[Settings], Awaitable[Examined]]]:
    return (
        _python,
        _sqlite,
        _binary,
        _disk,
        _policy,
        _calendar,
        _database,
        _rule_books,
        temporal,
        clock,
        evidence,
        archive,
        faces,
        relay,
        mail_that_stays,
        return_mailbox,
        side_loops,
        reconciliation,
        shut_doors,
        open_exports,
        backups,
        deep_look,
        administrator,
        tokens_of_before,
        database_role,
        second_factor_secrets,
        proxies,
        connections,
    )


async def _python(_: Settings) -> Examined:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Examined("Python", Finding.OK, f"{version}")


async def _sqlite(_: Settings) -> Examined:
    # Loaded by name: `store.engine` may have put a newer one in its place.
    sqlite = importlib.import_module("sqlite3")
    mode = journal_mode(sqlite.sqlite_version_info)
    words = f"{sqlite.sqlite_version}，日志模式 {mode}"
    if mode == "WAL":
        return Examined("SQLite", Finding.OK, words)
    return Examined(
        "SQLite", Finding.NOTE, f"{words}；此版本的 WAL 有缺陷，已自动改用较慢但安全的模式"
    )


async def _binary(settings: Settings) -> Examined:
    if settings.environment == "production":
        return Examined("Temporal 程序", Finding.OK, "生产环境不需要自带的服务")
    try:
        path = temporal_binary()
    except ServerNotStarted as error:
        return Examined("Temporal 程序", Finding.BROKEN, str(error))
    return Examined("Temporal 程序", Finding.OK, str(path))


async def _disk(settings: Settings) -> Examined:
    usage = await asyncio.to_thread(shutil.disk_usage, _existing(settings.data_dir))
    share = usage.free / usage.total
    words = f"数据文件夹所在磁盘剩余 {share:.0%}（{usage.free // 2**30} GiB）"
    if share < _LEAST_FREE:
        return Examined("磁盘", Finding.NOTE, f"{words}，请尽快清理或扩容")
    return Examined("磁盘", Finding.OK, words)


def _existing(folder: Path) -> Path:
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


async def _policy(settings: Settings) -> Examined:
    try:
        policy = load_policy(settings.policy_id)
    except PolicyFileError as error:
        return Examined("政策", Finding.BROKEN, str(error))
    demo = "，含示例数值，正式使用前请替换" if policy.demo else ""
    return Examined("政策", Finding.OK, f"{policy.title} {policy.version}{demo}")


async def _calendar(_: Settings) -> Examined:
    today = day_of(datetime.now(UTC))
    try:
        calendar = load_calendar(range(today.year, today.year + 2))
    except CalendarFileError as error:
        return Examined("工作日历", Finding.BROKEN, str(error))
    next_year = date(today.year + 1, 6, 1)
    if calendar.is_announced(next_year):
        return Examined("工作日历", Finding.OK, f"{next_year.year} 年放假安排已载入")
    return Examined(
        "工作日历",
        Finding.NOTE,
        f"{next_year.year} 年放假安排尚未载入，落在该年的日期为暂定；公布后请放入 calendars/",
    )


async def _database(settings: Settings) -> Examined:
    db = Database(settings.database)
    if not await db.is_there():
        return Examined("数据库", Finding.NOTE, "尚未建立，首次运行时自动建立")
    try:
        current = await is_current(db)
    except (SQLAlchemyError, OSError) as error:
        return Examined("数据库", Finding.BROKEN, f"无法读取，请检查地址和权限：{error}")
    finally:
        await db.dispose()
    if not current:
        return Examined("数据库", Finding.BROKEN, "结构不是最新，请运行 bihuan migrate")
    return Examined("数据库", Finding.OK, "结构为最新")


async def _rule_books(settings: Settings) -> Examined:
    """Tell of lives whose policy or calendar cannot be read; they stop nobody else."""
    what = "口径存档"

    async def look(_: Database, session: AsyncSession) -> Examined:
        damaged = await rule_books.damaged(session)
        unknown = await rule_books.unknown(session)
        if damaged:
            return Examined(what, Finding.BROKEN, _damaged_words(damaged))
        if unknown:
            return Examined(what, Finding.NOTE, _unknown_words(unknown))
        return Examined(what, Finding.OK, "各问题适用的口径和放假安排均可读取")

    return await in_store(settings, what, look)


def _damaged_words(damaged: Mapping[str, Sequence[str]]) -> str:
    parts = (f"{name}（{_some(numbers)}）" for name, numbers in damaged.items())
    return (
        f"以下口径或放假安排已损坏或格式不识，无法读取：{'；'.join(parts)}。"
        "涉及问题照常办理，但页面不显示时限的计算依据；请启动服务，由系统向在办流程重新读取，"
        "仍不能恢复的从备份恢复数据库或升级程序"
    )


def _unknown_words(unknown: Sequence[str]) -> str:
    return (
        f"{_some(unknown)}适用的口径或放假安排尚未存档；"
        "服务运行时自动向其办理流程读取，此前反馈和申请照常受理；"
        "服务运行后仍列于此的，请升级程序或从备份恢复数据库"
    )


def _some(numbers: Sequence[str]) -> str:
    """Name the first few problems, and count them all."""
    if not numbers:
        return "目前没有问题适用"
    named = "、".join(numbers[:_NAMED])
    return f"问题{named}" + (f"等{len(numbers)}个" if len(numbers) > _NAMED else "")
