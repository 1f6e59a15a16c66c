"""`bihuan backup` and `bihuan restore`: everything the system is, as one.

The two databases should come from one instant: a life and its record number their events alike. A backup is
quiet when nothing was recorded from the first copy to the last; one that is not is taken again, and says so.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from command_line.telling import answer, say
from domain.restore_epoch import Restored
from gateways.backups.databases import CopyFailed
from gateways.backups.pruning import alone, prune
from gateways.backups.whole import (
    Manifest,
    Parts,
    bring_in,
    check,
    dump,
    gather,
    read_manifest,
    seal,
)
from gateways.evidence_bucket import EvidenceBucket
from settings import Settings
from store.engine import Database
from store.tables import EventRow
from store.watch import doors, reconciliations
from wiring import evidence_for, heeds_doors, shifted_clock
from workflows.versions import BUILD

_TRIES = 3


async def backup(root: Path, *, as_json: bool, keep: int = 0) -> int:
    """Take a backup below `root`; exit code 1 where it failed or was never quiet.

    With `keep` older ones than the newest so many go once this one is whole.
    """
    settings = Settings()
    parts = parts_of(settings)
    taken_at = datetime.now(UTC)
    place = root / taken_at.strftime("%Y%m%dT%H%M%SZ")
    try:
        with alone(root):
            manifest = await _take(settings, parts, place, taken_at)
            gone = await asyncio.to_thread(prune, root, keep) if keep else 0
        await _note(settings, manifest)
    except (CopyFailed, OSError) as error:
        return _failed(error, as_json=as_json)
    except SQLAlchemyError as error:
        return _failed(unreadable(error), as_json=as_json)
    if as_json:
        answer(_summary(place, manifest))
    say(_told(place, manifest))
    if gone:
        say(f"已清理较早的备份{gone}份，保留最近{keep}份。")
    return 0 if manifest.quiet else 1


async def restore(place: Path, *, as_json: bool) -> int:
    """Bring a backup back into empty databases and folders; exit code 1 where it failed."""
    settings = Settings()
    parts = parts_of(settings)
    try:
        manifest = await asyncio.to_thread(read_manifest, place)
        await asyncio.to_thread(check, place, manifest, parts)
        await asyncio.to_thread(bring_in, place, manifest, parts, say)
    except (CopyFailed, OSError) as error:
        return _failed(error, as_json=as_json)
    if as_json:
        answer(_summary(place, manifest))
    say(
        f"已恢复{manifest.taken_at:%Y-%m-%d %H:%M}（UTC）的备份。启动前请依次运行 bihuan migrate、"
        "bihuan doctor，并以 bihuan audit verify 核对归档。"
    )
    say(await _shut_doors(settings, manifest))
    if not manifest.quiet:
        say("注意：此备份的各数据库不是同一时刻的，个别问题可能无法继续办理，请逐一核对。")
    return 0


async def _shut_doors(settings: Settings, manifest: Manifest) -> str:
    """Shut starts and acts until the whole was looked at: what came after the backup is forgotten by all of it."""
    db = Database(settings.migration_database, shifted_clock(settings))
    try:
        details = manifest.taken_at.isoformat()
        await doors.shut_for(db, Restored.BACKUP, details, heeded=heeds_doors(settings))
    except (SQLAlchemyError, OSError):
        return "此备份的表结构较旧，请在 bihuan migrate 之后、启动之前运行 bihuan reconcile --deep 核对。"
    finally:
        await db.dispose()
    return (
        "启动后先全面核对，全部一致即自动恢复登记、办理和发送邮件；"
        "备份中尚未发出的到期邮件可能后来已经发出，不再自动发送。"
    )


def parts_of(settings: Settings) -> Parts:
    """Say where the parts of this installation are."""
    databases = {"store": settings.migration_database}
    for number, address in enumerate(settings.temporal_databases, start=1):
        databases[f"temporal-{number}"] = address
    folders, evidence = (
        {"archive": settings.archive, "open-lives": settings.open_lives},
        evidence_for(settings),
    )
    if isinstance(evidence, EvidenceBucket):
        return Parts(databases=databases, folders=folders, buckets={"evidence": evidence})
    return Parts(databases=databases, folders=folders | {"evidence": settings.evidence})


async def _take(settings: Settings, parts: Parts, place: Path, taken_at: datetime) -> Manifest:
    if len(parts.databases) == 1:
        raise CopyFailed(
            "temporal_unknown",
            "不知道 Temporal 的数据库在哪里，请设置 BIHUAN_TEMPORAL_DATABASE_URLS。",
        )
    dumped, quiet = {}, False
    for _ in range(_TRIES):
        before = await _recorded(settings)
        dumped = await asyncio.to_thread(dump, parts, place, say)
        quiet = before == await _recorded(settings)
        if quiet:
            break
    folders = await asyncio.to_thread(gather, parts, place.parent, say)
    manifest = Manifest(
        format=1, taken_at=taken_at, build=BUILD, quiet=quiet, databases=dumped, folders=folders
    )
    await asyncio.to_thread(seal, place, manifest)
    return manifest


async def _recorded(settings: Settings) -> int:
    """Give how many events were recorded so far; they only grow."""
    db = Database(settings.database)
    try:
        async with db.reading() as session:
            return await session.scalar(select(func.count()).select_from(EventRow)) or 0
    finally:
        await db.dispose()


async def _note(settings: Settings, manifest: Manifest) -> None:
    """Keep in the store when this was, for alarms."""
    db = Database(settings.database, shifted_clock(settings))
    try:
        await reconciliations.keep(db, {"quiet": manifest.quiet}, reconciliations.BACKUP)
    finally:
        await db.dispose()


def unreadable(error: SQLAlchemyError) -> CopyFailed:
    """Say in words that the store did not answer."""
    why = str(getattr(error, "orig", None) or error).splitlines()[0]
    return CopyFailed("database_unreadable", f"业务数据库无法读写，请检查其是否运行：{why}")


def _summary(place: Path, manifest: Manifest) -> dict[str, object]:
    return {
        "place": str(place),
        "taken_at": manifest.taken_at.isoformat(),
        "quiet": manifest.quiet,
        "databases": {name: one.size for name, one in manifest.databases.items()},
        "files": {name: len(kept) for name, kept in manifest.folders.items()},
    }


def _told(place: Path, manifest: Manifest) -> str:
    files = sum(len(kept) for kept in manifest.folders.values())
    size = sum(one.size for one in manifest.databases.values()) / 2**20
    done = f"备份已完成：{place}（数据库{size:.1f} MiB，文件{files}个）。"
    if manifest.quiet:
        return done
    return (
        f"{done}但备份期间一直有新的办理记录，各数据库不是同一时刻的；请在空闲时重做，或停机备份。"
    )


def _failed(error: CopyFailed | OSError, *, as_json: bool) -> int:
    code = error.code if isinstance(error, CopyFailed) else "file_failed"
    words = str(error) if isinstance(error, CopyFailed) else f"文件无法读写：{error}"
    if as_json:
        answer({"code": code, "message": words})
    say(words)
    return 1
