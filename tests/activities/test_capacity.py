"""A worker takes on what its machine bears."""

from __future__ import annotations

from pathlib import Path

import pytest

from activities import capacity
from activities.capacity import LIFE_BYTES, capacity_of, own_capacity


def test_lives_are_kept_by_memory_and_worked_on_by_cores() -> None:
    """A quarter of the memory holds lives; four tasks and eight deeds a core are under way."""
    small, large = capacity_of(2, 4 << 30), capacity_of(8, 16 << 30)
    assert (small.lives, small.tasks, small.deeds) == ((1 << 30) // LIFE_BYTES, 8, 16)
    assert (large.lives, large.tasks, large.deeds) == ((4 << 30) // LIFE_BYTES, 32, 64)


def test_no_machine_is_too_small_and_none_too_large() -> None:
    """There are bounds on both sides."""
    assert capacity_of(0, 1 << 20).lives == 500
    assert capacity_of(64, 1 << 40).lives == 20_000


@pytest.mark.parametrize("said", ["2147483648\n", "max\n", None])
def test_the_limit_of_a_container_counts_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None
) -> None:
    """A process that may have two gigabytes does not go by its host's."""
    limit = tmp_path / "memory.max"
    if said is not None:
        limit.write_text(said, encoding="ascii")
    monkeypatch.setattr(capacity, "_LIMIT", limit)
    monkeypatch.setattr(capacity, "_memory", lambda: 8 << 30)
    whole = said is None or said.startswith("max")
    assert own_capacity().lives == ((2 << 30) if whole else (512 << 20)) // LIFE_BYTES
