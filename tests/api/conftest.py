"""The offices that these tests go to."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from store.people import passwords
from tests.worlds.office_fixtures import office, shared

__all__ = ["office", "shared"]


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little: how many are asked for is looked at, not how hard they are."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", quick)
    monkeypatch.setattr(passwords, "_NOBODY", quick.hash("nobody"))
