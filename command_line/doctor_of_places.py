"""What the doctor looks at of what an installation stands on: Temporal, evidence, archive, clock."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from command_line.examined import Examined, Finding, in_store
from gateways.kernel_clock import synchronized
from gateways.temporal_client import connect
from gateways.temporal_door import DoorUnusable
from settings import Settings
from store.engine import Database
from store.watch import clocks
from wiring import NO_FILE, evidence_for, press_for, takes_files

_PATIENCE = 5.0
_NOT_WRITABLE = "不能写入或剩余不足 200 MB，请检查权限和磁盘"


async def temporal(settings: Settings) -> Examined:
    """Reach the server; without it nothing is registered, and no deadline is kept."""
    what, where = "Temporal", settings.temporal_address
    away = Finding.BROKEN if settings.environment == "production" else Finding.NOTE
    try:
        client = await asyncio.wait_for(connect(settings.temporal), _PATIENCE)
        healthy = await client.service_client.check_health()
    except DoorUnusable as error:
        return Examined(what, Finding.BROKEN, str(error))
    except (RuntimeError, TimeoutError):
        return Examined(what, away, f"{where} 未启动或无法连接")
    if not healthy:
        return Examined(what, Finding.BROKEN, f"{where} 已连接但不健康")
    return Examined(what, Finding.OK, f"{where} 运行正常")


async def evidence(settings: Settings) -> Examined:
    """Ask where evidence is kept for a file that is not there."""
    what, bucket = "佐证材料", settings.bucket
    if bucket is None:
        well = await asyncio.to_thread(takes_files, settings.evidence)
        words = "可以写入" if well else _NOT_WRITABLE
        return Examined(
            what, Finding.OK if well else Finding.BROKEN, f"文件夹 {settings.evidence} {words}"
        )
    where = f"存储桶 {settings.evidence_bucket}"
    try:
        await asyncio.to_thread(evidence_for(settings).size, NO_FILE)
    except OSError as error:
        return Examined(
            what, Finding.BROKEN, f"{where}无法读取，请检查 BIHUAN_S3_ 各项设置：{error}"
        )
    return Examined(what, Finding.OK, f"{where}可以读取")


async def archive(settings: Settings) -> Examined:
    """Look whether histories can be exported."""
    well = await asyncio.to_thread(takes_files, settings.archive)
    words = "可以写入" if well else _NOT_WRITABLE
    return Examined(
        "归档", Finding.OK if well else Finding.BROKEN, f"文件夹 {settings.archive} {words}"
    )


async def clock(settings: Settings) -> Examined:
    """Hold this machine's clock against the database server's, and ask whether somebody keeps it."""
    what = "时钟"

    async def look(db: Database, session: AsyncSession) -> Examined:
        off = await clocks.offset(db, session)
        if abs(off) > clocks.MAY_DIFFER_SECONDS:
            words = f"本机与数据库服务器的时钟相差 {abs(off):.0f} 秒，时限可能算错；请检查两台机器的 NTP"
            return Examined(what, Finding.BROKEN, words)
        if synchronized() is False:
            words = (
                "内核未见时钟同步；一切时限以本机时钟为准，请启用 NTP（timedatectl set-ntp true）"
            )
            return Examined(what, Finding.NOTE, words)
        return Examined(what, Finding.OK, "与数据库服务器一致")

    return await in_store(settings, what, look)


async def faces(settings: Settings) -> Examined:
    """Look for the faces that official letters are printed in."""
    what, folder = "公文字体", settings.fonts_dir
    if folder is not None and not await asyncio.to_thread(folder.is_dir):
        return Examined(what, Finding.BROKEN, f"没有文件夹 {folder}，请核对 BIHUAN_FONTS_DIR")
    missing = await asyncio.to_thread(lambda: press_for(settings).missing)
    if not missing:
        return Examined(what, Finding.OK, f"{folder} 中字体齐全")
    words = f"缺少{'、'.join(missing)}，公文改用思源字体；请将字体放入 BIHUAN_FONTS_DIR 所指文件夹"
    return Examined(what, Finding.NOTE, words)
