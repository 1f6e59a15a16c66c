"""Finding the newest export of a life under way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OpenExport:
    """One export: its file, the run it is of, the event of the life up to which it surely goes."""

    file: Path
    run_id: str
    seq: int


def newest_export(folder: Path) -> OpenExport | None:
    """Give the newest export below a problem's folder; None where there is none."""
    found = [_read(file) for file in folder.glob("*.json") if ".meta." not in file.name]
    there = [one for one in found if one is not None]
    return max(there, key=lambda one: one.seq, default=None)


def _read(file: Path) -> OpenExport | None:
    run_id, _, seq = file.stem.rpartition(".")
    return OpenExport(file, run_id, int(seq)) if run_id and seq.isdigit() else None
