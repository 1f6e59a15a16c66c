"""`bihuan collect`: what nobody refers to any more, collected now instead of with the day."""

from __future__ import annotations

import sys
from dataclasses import asdict

from sqlalchemy.exc import SQLAlchemyError

from activities.collector import FILES, Collector, Gathered
from command_line.telling import answer
from settings import Settings
from store.engine import Database
from wiring import collector_for, shifted_clock

_WORDS = {
    "sessions": "已结束的登录",
    "link_sessions": "已结束的链接访问",
    "one_time_links": "已过期的一次性链接",
    "known_devices": "长期未用的浏览器记号",
    "sign_in_tries": "已过时效的登录失败计数",
    "refused_forms": "已过期的退回表单",
    "upload_days": "过往日期的上传计数",
    "requests": "超过保存期的请求编号",
    FILES: "无人引用的文件",
}


async def collect(*, dry_run: bool, as_json: bool) -> int:
    """Collect, or say what would be; give the exit code: 2 when the store could not be read."""
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        gathered = await _look(collector_for(db, settings), dry_run=dry_run)
    except (SQLAlchemyError, OSError) as error:
        print(f"无法清理：数据库或佐证材料文件夹无法读取：{error}", file=sys.stderr)
        return 2
    finally:
        await db.dispose()
    if as_json:
        answer(asdict(gathered))
    else:
        _tell(gathered, dry_run=dry_run)
    return 0


async def _look(collector: Collector, *, dry_run: bool) -> Gathered:
    return await (collector.rehearse() if dry_run else collector.collect())


def _tell(gathered: Gathered, *, dry_run: bool) -> None:
    said = "将清理" if dry_run else "已清理"
    for what, number in gathered.numbers.items():
        if number:
            print(f"{said}{_WORDS[what]} {number} 项")
    if not gathered.shut and not any(gathered.numbers.values()):
        print("没有需要清理的内容")
    if gathered.size:
        print(f"{said}的文件共 {gathered.size / 1_000_000:.1f} MB")
    if gathered.waiting:
        print(f"另有 {gathered.waiting} 个文件无人引用，一天后复查，仍无人引用的方予清理")
    if gathered.shut:
        print("发现数据恢复过且尚未核对，暂不清理任何内容；请先运行 bihuan reconcile --deep")
    elif gathered.held:
        print("核对发现不一致，文件暂不清理；请先处理 bihuan reconcile 列出的差异")
