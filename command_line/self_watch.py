"""What the house has seen of itself: loops that failed, and what did not agree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from command_line.examined import Examined, Finding, in_store
from domain.local_time import SHANGHAI
from domain.restore_epoch import Restored
from settings import Settings
from store.engine import Database
from store.watch import doors, epochs, loop_failures, reconciliations
from store.watch import open_exports as exports
from wiring import heeds_doors

_NAMED = 5
_LATELY = timedelta(days=1)
_EXPORT_LATE = timedelta(days=2)
_BEAT_LATE = timedelta(minutes=10)
_NIGHTLY = timedelta(hours=36)
LOOPS = {
    "epoch": "比对数据库与 Temporal 的恢复标记",
    "courier": "发送邮件",
    "deliverer": "登记回执",
    "lost_papers": "补送流程遗失的回执",
    "prover": "登记送达证明",
    "returned_mail": "读取退信",
    "morning_mail": "发送每日核对邮件",
    "reconciler": "核对",
    "open_lives": "保存在办流程的历史记录",
    "collector": "清理无人引用的文件和过期记录",
    "retention": "清除到期的个人信息",
}
"""What each loop of the worker does, by the name under which its failures are counted."""


async def side_loops(settings: Settings) -> Examined:
    """Name the loops that failed within a day; they begin again by themselves."""
    what = "后台任务"

    async def look(db: Database, session: AsyncSession) -> Examined:
        failed = await loop_failures.counted(session)
        lately = [one for one in failed if db.now() - one.last_failed_at < _LATELY]
        if not lately:
            return Examined(what, Finding.OK, "一天内没有出错")
        named = "；".join(
            f"{LOOPS.get(one.name, one.name)}（累计{one.failures}次，最近一次：{one.last_error}）"
            for one in lately
        )
        words = f"一天内出过错、已自动重新开始：{named}；反复出错的，请看工作进程日志"
        return Examined(what, Finding.NOTE, words)

    return await in_store(settings, what, look)


async def shut_doors(settings: Settings) -> Examined:
    """Tell whether a restore was noticed that nobody has looked at; development goes on all the same."""
    what = "数据恢复"

    async def look(db: Database, session: AsyncSession) -> Examined:
        row, confirmed_at = await doors.shut(session), await epochs.confirmed_at(session)
        if row is None:
            return _beating(settings, confirmed_at, db.now())
        held, mails = heeds_doors(settings), len(doors.mails_of(row))
        unsent = f"，其中 {mails} 封到期邮件可能恢复前已发出，不再自动发送" if mails else ""
        words = (
            f"{_minute(row.shut_at)} 发现{Restored(row.why).label}"
            f"{f'，已暂停登记、办理和发送邮件{unsent}' if held else '（开发环境不暂停办理）'}；"
            "请运行 bihuan reconcile --deep，全部一致即自动恢复；有差异的，由审批人运行 "
            "bihuan reconcile --take 理由 --login 登录名 确认后恢复"
        )
        return Examined(what, Finding.BROKEN if held else Finding.NOTE, words)

    return await in_store(settings, what, look)


def _beating(settings: Settings, confirmed_at: datetime | None, now: datetime) -> Examined:
    """Tell whether the mark by which a restore is known is kept: else none would be noticed."""
    if confirmed_at is not None and now - confirmed_at <= _BEAT_LATE:
        return Examined("数据恢复", Finding.OK, "数据库与 Temporal 的恢复标记一致")
    since = "从未写成" if confirmed_at is None else f"自 {_minute(confirmed_at)} 起没有写成"
    words = (
        f"恢复标记{since}，此时单独恢复数据库或 Temporal 不会被发现；请检查办理进程是否在运行，"
        "日志中有 PERMISSION_DENIED 的，请让连接 Temporal 的密钥可以修改命名空间"
    )
    return Examined("数据恢复", _serious(settings), words)


async def backups(settings: Settings) -> Examined:
    """Tell when everything was last copied as one."""
    what = "备份"

    async def look(db: Database, session: AsyncSession) -> Examined:
        last = await reconciliations.last(session, reconciliations.BACKUP)
        if last is None:
            return Examined(what, Finding.NOTE, "从未备份，请运行 bihuan backup 并演练恢复")
        words = f"上次备份在 {_minute(last.looked_at)}"
        if db.now() - last.looked_at > _NIGHTLY:
            return Examined(what, _serious(settings), f"{words}，请检查每晚的备份任务")
        return Examined(what, Finding.OK, words)

    return await in_store(settings, what, look)


async def deep_look(settings: Settings) -> Examined:
    """Tell when histories and files were last read; what reading alone finds is not found before."""
    what = "内容核对"

    async def look(db: Database, session: AsyncSession) -> Examined:
        last = await reconciliations.last(session, doors.WHOLE)
        if last is None:
            words = "历史记录和文件的内容从未核对，请每晚运行 bihuan reconcile --deep"
            return Examined(what, Finding.NOTE, words)
        words = f"上次核对内容在 {_minute(last.looked_at)}"
        if db.now() - last.looked_at > _NIGHTLY:
            return Examined(what, Finding.NOTE, f"{words}，请检查每晚的核对任务")
        return Examined(what, Finding.OK, words)

    return await in_store(settings, what, look)


async def reconciliation(settings: Settings) -> Examined:
    """Tell what the last reconciliation found; the worker looks at intervals."""
    what = "核对"

    async def look(db: Database, session: AsyncSession) -> Examined:
        last = await reconciliations.last(session)
        if last is None:
            words = "尚未核对过；办理进程定时核对，也可运行 bihuan reconcile"
            return Examined(what, Finding.NOTE, words)
        at, body = _minute(last.looked_at), reconciliations.body_of(last)
        if not body["ok"]:
            words = (
                f"{at} 核对发现不一致：{_named(body)}；"
                "详见 bihuan reconcile，处理办法见 docs/running.md"
            )
            return Examined(what, Finding.BROKEN, words)
        if db.now() - last.looked_at > 3 * timedelta(minutes=settings.reconcile_minutes):
            words = f"{at} 核对，全部一致，此后没有再核对；办理进程可能已停止，请检查"
            return Examined(what, _serious(settings), words)
        return Examined(what, Finding.OK, f"{at} 核对，全部一致")

    return await in_store(settings, what, look)


async def open_exports(settings: Settings) -> Examined:
    """Tell how old the exports are from which lives go on should Temporal be lost, and what they lack."""
    what = "在办流程备份"

    async def look(db: Database, session: AsyncSession) -> Examined:
        last = await exports.last(session)
        done_at = last.done_at if last else None
        when = "尚未完整保存过" if done_at is None else f"{_minute(done_at)} 保存完毕"
        if done_at is None or db.now() - done_at > _EXPORT_LATE:
            words = f"在办流程的历史记录{when}，应每日保存；请检查办理进程和磁盘"
            serious = settings.environment == "production"
            return Examined(what, Finding.BROKEN if serious else Finding.NOTE, words)
        if last and last.failed:
            words = f"{when}，其中 {last.failed} 件未能保存，一小时后重试；详见工作进程日志"
            return Examined(what, Finding.NOTE, words)
        return Examined(what, Finding.OK, f"在办流程的历史记录 {when}")

    return await in_store(settings, what, look)


def _named(body: Mapping[str, Any]) -> str:
    """Name the first few differences, and count them all."""
    named = "；".join(one["words"] for one in body["differences"][:_NAMED])
    total = sum(body["counts"].values())
    return named + (f"等{total}项" if total > _NAMED else "")


def _minute(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _serious(settings: Settings) -> Finding:
    return Finding.BROKEN if settings.environment == "production" else Finding.NOTE
