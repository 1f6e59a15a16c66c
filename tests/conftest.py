"""What every test may rely on: the settings of whoever runs the tests change nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.worlds.databases"]


# How fast a machine finds and tries its examples says nothing about the rules.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


HERE = Path(__file__).parent
BEGUN_FIRST = ("journeys", "simulation", "api/test_fuzz.py", "workflows", "activities")
"""What takes longest: begun last, it would be waited for alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first, everything else as it stands."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    first = [item.path.is_relative_to(HERE / path) for path in BEGUN_FIRST]
    return (*first, True).index(True)


def pytest_configure(config: pytest.Config) -> None:
    """Forget the settings of this shell before any module reads them."""
    for name in [name for name in os.environ if name.startswith("BIHUAN_")]:
        del os.environ[name]
