"""`bihuan backup` and `bihuan restore`: everything the system is, as one.

The two databases should come from one instant: a life and its record number their events alike. A backup is
quiet when nothing was recorded from the first copy to the last; one that is not is taken again, and says so.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from command_line.telling import answer, say
from gateways.backups.databases import CopyFailed
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
from wiring import evidence_for
from workflows.versions import BUILD

_TRIES = 3


async def backup(root: Path, *, as_json: bool) -> int:
    """Take a backup below `root`; exit code 1 where it failed or was never quiet."""
    settings = Settings()
    parts = parts_of(settings)
    taken_at = datetime.now(UTC)
    place = root / taken_at.strftime("%Y%m%dT%H%M%SZ")
    try:
        manifest = await _take(settings, parts, place, taken_at)
    except (CopyFailed, OSError) as error:
        return _failed(error, as_json=as_json)
    if as_json:
        answer(_summary(place, manifest))
    say(_told(place, manifest))
    return 0 if manifest.quiet else 1


async def restore(place: Path, *, as_json: bool) -> int:
    """Bring a backup back into empty databases and folders; exit code 1 where it failed."""
    parts = parts_of(Settings())
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
    if not manifest.quiet:
        say("注意：此备份的各数据库不是同一时刻的，个别问题可能无法继续办理，请逐一核对。")
    return 0


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
