"""A backup as one: the store, Temporal's databases, the evidence and the archive, with a manifest.

Layout below one folder: `files/` is the pool of all backups, `<instant>/` one backup: a dump of each database
and `manifest.json`. A backup whose manifest is there is complete; everything else was interrupted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from gateways.backups.databases import CopyFailed, copy_in, copy_out, demand_empty
from gateways.backups.objects import Objects, bring_back_object, keep_objects
from gateways.backups.pool import Kept, bring_back, demand_there, files_below, keep_all, sha256_of

FORMAT = 1
MANIFEST = "manifest.json"
POOL = "files"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Where the parts are: databases by name and address, folders by name and path, buckets beside them."""

    databases: Mapping[str, str]
    folders: Mapping[str, Path]
    buckets: Mapping[str, Objects] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumped:
    """One database of a backup."""

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}\.dump$")]
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. `quiet`: nothing was recorded between the first database and the last."""

    format: Annotated[int, Field(ge=1, le=FORMAT)]
    taken_at: datetime
    build: str
    quiet: bool
    databases: Mapping[str, Dumped]
    folders: Mapping[str, tuple[Kept, ...]]


_MANIFEST = TypeAdapter(Manifest)


def dump(parts: Parts, place: Path, said: Progress) -> dict[str, Dumped]:
    """Copy every database into `place`; raises CopyFailed."""
    place.mkdir(parents=True, exist_ok=True)
    dumped: dict[str, Dumped] = {}
    for name, address in parts.databases.items():
        said(f"复制数据库：{name}")
        file = place / f"{name}.dump"
        copy_out(address, file)
        dumped[name] = Dumped(file=file.name, sha256=sha256_of(file), size=file.stat().st_size)
    return dumped


def gather(parts: Parts, root: Path, said: Progress) -> dict[str, tuple[Kept, ...]]:
    """Keep every file of the folders; what an earlier backup has is not kept twice."""
    kept: dict[str, tuple[Kept, ...]] = {}
    for name, folder in parts.folders.items():
        files = list(files_below(folder))
        said(f"复制文件：{name}，{len(files)}个")
        kept[name] = tuple(keep_all(root / POOL, folder, files))
    for name, bucket in parts.buckets.items():
        said(f"复制存储桶：{name}")
        earlier = {one.path: one for one in _newest(root).get(name, ())}
        kept[name] = tuple(keep_objects(root / POOL, bucket, earlier))
    return kept


def _newest(root: Path) -> Mapping[str, tuple[Kept, ...]]:
    """Give the files of the newest backup below `root`; none where there is none yet."""
    for place in sorted(root.glob(f"*/{MANIFEST}"), reverse=True):
        with suppress(CopyFailed):
            return read_manifest(place.parent).folders
    return {}


def seal(place: Path, manifest: Manifest) -> None:
    """Write the manifest, which makes the backup complete."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, default=str)
    beside = place / f".{MANIFEST}.new"
    beside.write_text(text, "utf-8")
    beside.replace(place / MANIFEST)


def read_manifest(place: Path) -> Manifest:
    """Read what a backup holds; raises CopyFailed."""
    try:
        return _MANIFEST.validate_json((place / MANIFEST).read_bytes())
    except OSError as error:
        raise CopyFailed(
            "no_backup", f"{place}中没有完整的备份（缺少{MANIFEST}），请核对路径。"
        ) from error
    except ValidationError as error:
        raise CopyFailed("backup_unreadable", f"{place / MANIFEST}无法识别。") from error


def check(place: Path, manifest: Manifest, parts: Parts) -> None:
    """Demand that a backup is whole and its targets are empty, before anything is written."""
    missing = parts.databases.keys() - manifest.databases.keys()
    unplaced = manifest.databases.keys() - parts.databases.keys()
    if missing or unplaced:
        names = "、".join(sorted(missing | unplaced))
        raise CopyFailed("parts_differ", f"备份与当前设置的数据库不一致：{names}，请核对设置。")
    for name, dumped in manifest.databases.items():
        file = place / dumped.file
        if not file.is_file() or sha256_of(file) != dumped.sha256:
            raise CopyFailed("backup_damaged", f"备份中的数据库{name}缺失或已损坏。")
        demand_empty(parts.databases[name])
    for name, files in manifest.folders.items():
        for kept in files:
            demand_there(place.parent / POOL, kept)
        if name in parts.buckets:
            if any(parts.buckets[name].everything()):
                raise CopyFailed("target_not_empty", f"存储桶（{name}）已有文件，恢复只写入空桶。")
        elif any(files_below(parts.folders[name])):
            folder = parts.folders[name]
            raise CopyFailed("target_not_empty", f"文件夹{folder}已有文件，恢复只写入空文件夹。")


def bring_in(place: Path, manifest: Manifest, parts: Parts, said: Progress) -> None:
    """Write everything back: the files first, so that no row points at what is not there yet."""
    for name, files in manifest.folders.items():
        said(f"恢复文件：{name}，{len(files)}个")
        for kept in files:
            if name in parts.buckets:
                bring_back_object(place.parent / POOL, kept, parts.buckets[name])
            else:
                bring_back(place.parent / POOL, kept, parts.folders[name])
    for name, dumped in manifest.databases.items():
        said(f"恢复数据库：{name}")
        copy_in(place / dumped.file, parts.databases[name])
