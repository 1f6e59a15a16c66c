"""The objects of a bucket in a backup: fetched once for all backups, and named as the files of a folder are.

So what was kept in a bucket can be brought back into a folder, and the other way round.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from gateways.backups.databases import CopyFailed
from gateways.backups.pool import Kept, address, put_in
from gateways.evidence import ADDRESS


class Objects(Protocol):
    """A bucket, as far as a backup needs it."""

    def everything(self) -> Iterator[str]:
        """Give the names of all objects."""

    def fetch(self, name: str) -> bytes:
        """Give the bytes under a name; raises FileNotFoundError."""

    def bring_back(self, name: str, content: bytes) -> None:
        """Write bytes under a name."""


def keep_objects(pool: Path, objects: Objects, earlier: Mapping[str, Kept]) -> Iterator[Kept]:
    """Keep every object in the pool; what is there, by its name or by an earlier backup, is not fetched."""
    for name in objects.everything():
        known = earlier.get(name) or _by_its_name(pool, name)
        if known and address(pool, known.sha256).exists():
            yield known
            continue
        try:
            yield put_in(pool, name, objects.fetch(name))
        except FileNotFoundError:
            continue  # collected since it was listed: it belongs to no row


def _by_its_name(pool: Path, name: str) -> Kept | None:
    sha256 = name.rpartition("/")[2]
    place = address(pool, sha256)
    if ADDRESS.fullmatch(sha256) and place.exists():
        return Kept(name, sha256, place.stat().st_size)
    return None


def bring_back_object(pool: Path, kept: Kept, objects: Objects) -> None:
    """Write a kept file into the bucket, its bytes checked before; raises CopyFailed."""
    content = address(pool, kept.sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise CopyFailed("backup_damaged", f"备份中的文件{kept.path}已损坏，恢复中止。")
    objects.bring_back(kept.path, content)
