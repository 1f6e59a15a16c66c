"""How much a worker takes on at once: lives in memory by its memory, tasks and deeds by its cores."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

LIFE_BYTES = 256 * 1024
"""What a life that is kept in memory takes, measured at 0.21 MB."""

_SHARE = 4  # of the memory; the rest is the store's, the pages' and the server's
_FEWEST, _MOST = 500, 20_000
_TASKS_A_CORE, _DEEDS_A_CORE = 4, 8
_LIMIT = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many lives are kept in memory, and how many tasks and deeds are under way at once.

    More tasks than the cores can work on make each of them late, until the server gives it to
    somebody else; more deeds wait for the store's one writer with their time running.
    """

    lives: int
    tasks: int
    deeds: int


def capacity_of(cores: int, memory_bytes: int) -> Capacity:
    """Give what a machine of `cores` and `memory_bytes` bears."""
    lives = memory_bytes // _SHARE // LIFE_BYTES
    return Capacity(
        lives=max(_FEWEST, min(lives, _MOST)),
        tasks=max(cores, 1) * _TASKS_A_CORE,
        deeds=max(cores, 1) * _DEEDS_A_CORE,
    )


def own_capacity() -> Capacity:
    """Give what this machine bears, or the container this process is shut in."""
    return capacity_of(os.cpu_count() or 1, min(_memory(), _limit(_LIMIT)))


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _limit(path: Path) -> int:
    """Give the container's limit in bytes; without one, more than any machine has."""
    try:
        said = path.read_text(encoding="ascii").strip()
    except OSError:
        said = ""
    return int(said) if said.isdigit() else 1 << 62
