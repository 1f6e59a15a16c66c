"""Files that are written once: kept once for all backups, each under the SHA-256 of its bytes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, BinaryIO

from pydantic import AfterValidator, Field

from gateways.backups.databases import CopyFailed
from gateways.evidence import ADDRESS, copied


def _below(path: str) -> str:
    """Refuse a path that leads out of its folder: a backup may come from somebody else's hands."""
    parts = PurePosixPath(path).parts
    if not parts or parts[0] == "/" or ".." in parts or "\0" in path:
        raise ValueError("a path must stay below its folder")
    return path


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup: its path below its folder, and the bytes it had."""

    path: Annotated[str, AfterValidator(_below)]
    sha256: Annotated[str, Field(pattern=f"^{ADDRESS.pattern}$")]
    size: int


def files_below(folder: Path) -> Iterator[Path]:
    """Give the finished files of a folder, in order; what is being written aside is left out."""
    if folder.is_dir():
        whole = (one for one in folder.rglob("*") if one.is_file())
        yield from sorted(one for one in whole if not one.name.startswith("."))


def keep_all(pool: Path, folder: Path, files: Iterable[Path]) -> Iterator[Kept]:
    """Keep files in the pool; one that was collected since it was listed belongs to no row and is left out."""
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            yield keep(pool, folder, file)


def keep(pool: Path, folder: Path, file: Path) -> Kept:
    """Keep one file in the pool, unless the same bytes are there already: then it is only read."""
    name = file.relative_to(folder).as_posix()
    with file.open("rb") as source:
        known = Kept(name, hashlib.file_digest(source, "sha256").hexdigest(), source.tell())
        if address(pool, known.sha256).exists():
            return known
        source.seek(0)
        return _keep(pool, name, source)


def put_in(pool: Path, name: str, content: bytes) -> Kept:
    """Keep some bytes in the pool, unless they are there already."""
    return _keep(pool, name, io.BytesIO(content))


def _keep(pool: Path, name: str, source: BinaryIO) -> Kept:
    pool.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=pool, prefix=".new-", delete=False) as target:
        sealed = copied(source, target)
        target.flush()
        os.fsync(target.fileno())
    kept = Kept(name, sealed.sha256, sealed.size)
    place = address(pool, kept.sha256)
    if place.exists():
        Path(target.name).unlink()
    else:
        place.parent.mkdir(exist_ok=True)
        Path(target.name).replace(place)
    return kept


def bring_back(pool: Path, kept: Kept, folder: Path) -> None:
    """Write a kept file below `folder`, its bytes checked on the way; raises CopyFailed."""
    source, target = address(pool, kept.sha256), folder / kept.path
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.new")
    with source.open("rb") as old, beside.open("wb") as new:
        sealed = copied(old, new)
    if sealed.sha256 != kept.sha256:
        beside.unlink()
        raise CopyFailed("backup_damaged", f"备份中的文件{kept.path}已损坏，恢复中止。")
    beside.replace(target)


def demand_there(pool: Path, kept: Kept) -> None:
    """Raise CopyFailed where a file is missing from the pool, or is not as long as it was."""
    place = address(pool, kept.sha256)
    if not place.is_file() or place.stat().st_size != kept.size:
        raise CopyFailed("backup_incomplete", f"备份中缺少文件{kept.path}，恢复中止。")


def sha256_of(file: Path) -> str:
    """Give the SHA-256 of a file."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def address(pool: Path, sha256: str) -> Path:
    """Give the place of some bytes in the pool."""
    return pool / sha256[:2] / sha256
