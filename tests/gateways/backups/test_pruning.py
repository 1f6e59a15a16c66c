"""Old backups go with what only they needed, and nothing of what another one needs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateways.backups.databases import CopyFailed
from gateways.backups.pool import Kept
from gateways.backups.pruning import alone, prune
from gateways.backups.whole import MANIFEST, POOL, Manifest, Parts, gather, read_manifest, seal

SAID: list[str] = []


def taken(root: Path, day: int, *files: str, quiet: bool = True) -> Path:
    """A backup of a folder that holds these files, each named as what is in it."""
    folder = root.with_name("evidence")
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for one in files:
        (folder / one).write_text(one, "utf-8")
    place = root / f"202406{day:02}T020000Z"
    place.mkdir(parents=True)
    (place / "store.dump").write_text("示例", "utf-8")
    seal(
        place,
        Manifest(
            format=1,
            taken_at=datetime(2024, 6, day, tzinfo=UTC),
            build="示例",
            quiet=quiet,
            databases={},
            folders=gather(Parts(databases={}, folders={"evidence": folder}), root, SAID.append),
        ),
    )
    return place


def pooled(root: Path) -> set[str]:
    return {one.read_text("utf-8") for one in (root / POOL).glob("*/*")}


def test_the_newest_stay_with_all_they_need(tmp_path: Path) -> None:
    root = tmp_path / "backups"
    taken(root, 1, "a", "b")
    (root / "20240602T020000Z").mkdir()
    (root / "20240602T020000Z" / "store.dump").write_text("interrupted", "utf-8")
    second, third = taken(root, 3, "b", "c"), taken(root, 4, "c", "d")
    (root / "20240605T020000Z").mkdir()
    (root / "of-somebody-else").mkdir()
    assert prune(root, 2) == 2
    assert pooled(root) == {"b", "c", "d"}
    assert {one.name for one in root.iterdir()} == {
        *(second.name, third.name, "20240605T020000Z", "of-somebody-else", POOL)
    }
    assert prune(root, 2) == 0


def test_the_newest_quiet_one_stays_however_old(tmp_path: Path) -> None:
    root = tmp_path / "backups"
    taken(root, 1, "a")
    quiet = taken(root, 2, "b")
    last = [taken(root, day, "c", quiet=False) for day in (3, 4, 5)][-1]
    assert prune(root, 1) == 3
    assert sorted(one for one in root.iterdir() if one.name != POOL) == [quiet, last]
    assert pooled(root) == {"b", "c"}


def test_a_backup_nobody_can_read_keeps_itself_and_all_files(tmp_path: Path) -> None:
    root = tmp_path / "backups"
    strange = taken(root, 1, "a")
    (strange / MANIFEST).write_text('{"format": 99}', "utf-8")
    taken(root, 2, "b")
    taken(root, 3, "c")
    assert prune(root, 1) == 1
    assert strange.exists()
    assert pooled(root) == {"a", "b", "c"}


def test_nothing_goes_where_no_backup_is_whole(tmp_path: Path) -> None:
    (tmp_path / "20240602T020000Z").mkdir()
    assert prune(tmp_path, 1) == 0


def test_two_backups_of_one_folder_do_not_run_at_once(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(CopyFailed, match="正在进行"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_what_is_kept_already_is_only_read(tmp_path: Path) -> None:
    root = tmp_path / "backups"
    first = taken(root, 1, "a")
    (kept,) = read_manifest(first).folders["evidence"]
    place = next((root / POOL).glob("*/*"))
    before = place.stat()
    (again,) = read_manifest(taken(root, 2, "a")).folders["evidence"]
    assert again == kept == Kept("a", kept.sha256, 1)
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
