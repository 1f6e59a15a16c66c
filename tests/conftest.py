"""What every test may rely on: the settings of whoever runs the tests change nothing."""

from __future__ import annotations

import os

import pytest

pytest_plugins = ["tests.worlds.databases"]


def pytest_configure(config: pytest.Config) -> None:
    """Forget the settings of this shell before any module reads them."""
    for name in [name for name in os.environ if name.startswith("BIHUAN_")]:
        del os.environ[name]
