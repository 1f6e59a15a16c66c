"""What the house has seen of itself: loops that failed, and what did not agree."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from command_line.examined import Examined, Finding
from domain.local_time import SHANGHAI
from domain.restore_epoch import Restored
from settings import Settings
from store.engine import Database
from store.watch import doors, epochs, loop_failures, reconciliations
from wiring import heeds_doors, shifted_clock

_NAMED = 5
_LATELY = timedelta(days=1)
_BEAT_LATE = timedelta(minutes=10)
_LOOPS = {
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


async def side_loops(settings: Settings) -> Examined:
    """Name the loops that failed within a day; they begin again by themselves."""
    what = "后台任务"
    db = Database(settings.database)
    try:
        if db.on_sqlite and not await asyncio.to_thread(Path(db.url.database or "").exists):
            return Examined(what, Finding.NOTE, "尚未建立，首次运行时自动建立")
        async with db.reading() as session:
            failed = await loop_failures.counted(session)
        now = db.now()
    except (SQLAlchemyError, OSError):
        return Examined(what, Finding.NOTE, "未能检查，请先处理数据库一项")
    finally:
        await db.dispose()
    lately = [one for one in failed if now - one.last_failed_at < _LATELY]
    if not lately:
        return Examined(what, Finding.OK, "一天内没有出错")
    named = "；".join(
        f"{_LOOPS.get(one.name, one.name)}（累计{one.failures}次，最近一次：{one.last_error}）"
        for one in lately
    )
    return Examined(
        what, Finding.NOTE, f"一天内出过错、已自动重新开始：{named}；反复出错的，请看工作进程日志"
    )


async def shut_doors(settings: Settings) -> Examined:
    """Tell whether a restore was noticed that nobody has looked at; development goes on all the same."""
    what = "数据恢复"
    db = Database(settings.database, shifted_clock(settings))
    try:
        if db.on_sqlite and not await asyncio.to_thread(Path(db.url.database or "").exists):
            return Examined(what, Finding.NOTE, "尚未建立，首次运行时自动建立")
        async with db.reading() as session:
            row, confirmed_at = await doors.shut(session), await epochs.confirmed_at(session)
        now = db.now()
    except (SQLAlchemyError, OSError):
        return Examined(what, Finding.NOTE, "未能检查，请先处理数据库一项")
    finally:
        await db.dispose()
    if row is None:
        return _beating(settings, confirmed_at, now)
    at = f"{row.shut_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    held, mails = heeds_doors(settings), len(doors.mails_of(row))
    unsent = f"，其中 {mails} 封到期邮件可能恢复前已发出，不再自动发送" if mails else ""
    words = (
        f"{at} 发现{Restored(row.why).label}"
        f"{f'，已暂停登记、办理和发送邮件{unsent}' if held else '（开发环境不暂停办理）'}；"
        "请运行 bihuan reconcile --deep，全部一致即自动恢复；有差异的，由审批人运行 "
        "bihuan reconcile --take 理由 --login 登录名 确认后恢复"
    )
    return Examined(what, Finding.BROKEN if held else Finding.NOTE, words)


def _beating(settings: Settings, confirmed_at: datetime | None, now: datetime) -> Examined:
    """Tell whether the mark by which a restore is known is kept: else none would be noticed."""
    if confirmed_at is not None and now - confirmed_at <= _BEAT_LATE:
        return Examined("数据恢复", Finding.OK, "数据库与 Temporal 的恢复标记一致")
    since = (
        "从未写成"
        if confirmed_at is None
        else f"自 {confirmed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 起没有写成"
    )
    words = (
        f"恢复标记{since}，此时单独恢复数据库或 Temporal 不会被发现；请检查办理进程是否在运行，"
        "日志中有 PERMISSION_DENIED 的，请让连接 Temporal 的密钥可以修改命名空间"
    )
    serious = settings.environment == "production"
    return Examined("数据恢复", Finding.BROKEN if serious else Finding.NOTE, words)


async def reconciliation(settings: Settings) -> Examined:
    """Tell what the last reconciliation found; the worker looks at intervals."""
    what = "核对"
    db = Database(settings.database, shifted_clock(settings))
    try:
        if db.on_sqlite and not await asyncio.to_thread(Path(db.url.database or "").exists):
            return Examined(what, Finding.NOTE, "尚未建立，首次运行时自动建立")
        async with db.reading() as session:
            last = await reconciliations.last(session)
        now = db.now()
    except (SQLAlchemyError, OSError):
        return Examined(what, Finding.NOTE, "未能检查，请先处理数据库一项")
    finally:
        await db.dispose()
    if last is None:
        return Examined(
            what, Finding.NOTE, "尚未核对过；办理进程定时核对，也可运行 bihuan reconcile"
        )
    at = f"{last.looked_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    body = reconciliations.body_of(last)
    if not body["ok"]:
        named = "；".join(one["words"] for one in body["differences"][:_NAMED])
        total = sum(body["counts"].values())
        more = f"等{total}项" if total > _NAMED else ""
        return Examined(
            what,
            Finding.BROKEN,
            f"{at} 核对发现不一致：{named}{more}；详见 bihuan reconcile，处理办法见 docs/running.md",
        )
    late = now - last.looked_at > 3 * timedelta(minutes=settings.reconcile_minutes)
    stale = "，此后没有再核对，请检查办理进程" if late else ""
    return Examined(what, Finding.NOTE if late else Finding.OK, f"{at} 核对，全部一致{stale}")
