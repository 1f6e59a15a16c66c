"""Holding the archive's index and its files against each other, both ways."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.reconciliation import Difference, Disagreement
from gateways.run_chain import ADDENDA
from store.tables import ArchiveRow

_META = ".meta.json"


def archive_differences(
    folder: Path, rows: Sequence[ArchiveRow], lag: timedelta
) -> list[Difference]:
    """Compare the index with the files below `folder`.

    A file is read where its time is not that of its export, and gets that time back where it is as it was
    exported. One that is younger than `lag` and not in the
    index yet is no difference.
    """
    there = dict(_files(folder))
    found: list[Difference] = []
    for row in rows:
        file = folder / row.problem_no / f"{row.run_id}.json"
        found += _of_row(row, file, there, lag)
        there.pop(file, None)
    horizon = (datetime.now(UTC) - lag).timestamp()
    found += (
        Difference(Disagreement.ARCHIVE_NOT_INDEXED, file.parent.name, file.name)
        for file, written in there.items()
        if not file.name.endswith(_META) and written < horizon
    )
    return found


def changed(folder: Path, rows: Iterable[ArchiveRow]) -> list[Difference]:
    """Read the files of these runs, and name those that are there and not as they were exported."""
    found = []
    for row in rows:
        file = folder / row.problem_no / f"{row.run_id}.json"
        meta = file.with_suffix(_META)
        if file.exists() and meta.exists() and not _is_as_exported(row, file, meta):
            found.append(Difference(Disagreement.ARCHIVE_CHANGED, row.problem_no, file.name))
    return found


def missing(folder: Path, rows: Sequence[ArchiveRow]) -> list[ArchiveRow]:
    """Give the runs of the index of which a file is not in the folder."""
    there = {file for file, _ in _files(folder)}
    return [row for row in rows if not _both(folder, row) <= there]


def _both(folder: Path, row: ArchiveRow) -> set[Path]:
    file = folder / row.problem_no / f"{row.run_id}.json"
    return {file, file.with_suffix(_META)}


def _files(folder: Path) -> Iterator[tuple[Path, float]]:
    """Give each exported file with the time at which it was last written (seconds)."""
    if not folder.is_dir():
        return
    for problem in (one for one in os.scandir(folder) if one.is_dir()):
        for file in os.scandir(problem.path):
            if file.name.endswith(".json") and file.name != ADDENDA:
                yield Path(file.path), file.stat().st_mtime


def _of_row(
    row: ArchiveRow, file: Path, there: dict[Path, float], lag: timedelta
) -> Iterator[Difference]:
    meta = file.with_suffix(_META)
    missing = [one.name for one in (file, meta) if one not in there]
    for name in missing:
        yield Difference(Disagreement.ARCHIVE_MISSING, row.problem_no, name)
    if missing:
        return
    exported = row.archived_at.timestamp()
    touched = any(abs(there[one] - exported) > lag.total_seconds() for one in (file, meta))
    if touched and not _is_as_exported(row, file, meta):
        yield Difference(Disagreement.ARCHIVE_CHANGED, row.problem_no, file.name)
    elif touched:
        # Brought back from a backup it has another time: read once, it gets its own back.
        with suppress(OSError):
            for one in (file, meta):
                os.utime(one, (exported, exported))


def _is_as_exported(row: ArchiveRow, file: Path, meta: Path) -> bool:
    """Compare both files with what the index says of them; one that cannot be read is changed."""
    try:
        told = json.loads(meta.read_bytes())
        found = hashlib.sha256(file.read_bytes()).hexdigest()
    except (OSError, ValueError):
        return False
    return bool(isinstance(told, dict) and told.get("sha256") == found == row.sha256)
