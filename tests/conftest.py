"""What every test may rely on: the settings of whoever runs the tests change nothing."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.worlds.databases"]


# How fast a machine finds and tries its examples says nothing about the rules.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Forget the settings of this shell before any module reads them."""
    for name in [name for name in os.environ if name.startswith("BIHUAN_")]:
        del os.environ[name]
