"""Old backups go, with the files that no other backup needs."""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateways.backups.databases import CopyFailed
from gateways.backups.pool import address
from gateways.backups.whole import MANIFEST, POOL, read_manifest

_INSTANT = re.compile(r"\d{8}T\d{6}Z")


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold a folder of backups; raises CopyFailed while another backup of it is under way."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise CopyFailed(
                "backup_running", f"{root}中另有一次备份正在进行，请待其结束。"
            ) from taken
        yield


def prune(root: Path, keep: int) -> int:
    """Keep the newest `keep` whole backups and the newest quiet one; give how many folders went.

    What was interrupted before the newest whole one goes too. One whose manifest cannot be read stays, and no file
    of the pool goes as long as there is one: nobody knows which it needs.
    """
    places = sorted(one for one in root.iterdir() if _INSTANT.fullmatch(one.name) and one.is_dir())
    whole = [one for one in places if (one / MANIFEST).exists()]
    if not whole:
        return 0
    kept = set(whole[-keep:])
    kept |= set([one for one in whole if _is_quiet(one)][-1:])
    gone = [one for one in places if one not in kept and one.name < whole[-1].name]
    gone = [one for one in gone if not (one / MANIFEST).exists() or _is_quiet(one) is not None]
    for place in gone:
        # Without its manifest it is none, should we be killed over it.
        (place / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(place)
    _let_go(root)
    return len(gone)


def _is_quiet(place: Path) -> bool | None:
    try:
        return read_manifest(place).quiet
    except CopyFailed:
        return None


def _let_go(root: Path) -> None:
    """Remove the files of the pool that no backup names."""
    needed: set[Path] = set()
    for manifest in root.glob(f"*/{MANIFEST}"):
        try:
            folders = read_manifest(manifest.parent).folders
        except CopyFailed:
            return
        needed |= {address(root / POOL, one.sha256) for kept in folders.values() for one in kept}
    for file in (root / POOL).glob("[0-9a-f][0-9a-f]/*"):
        if file not in needed:
            file.unlink()
