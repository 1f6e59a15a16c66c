"""An office for each test, and one shared by the tests that only look or only throw things at it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.engine import Database
from tests.worlds.databases import opened
from tests.worlds.office import Office, make_office


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An office without a problem."""
    built = await make_office(tmp_path, opened(sqlite_url))
    yield built
    await built.close()


@pytest.fixture(scope="module")
async def shared(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    """An office with one transferred problem, kept for a whole module."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(sqlite_template, folder / "bihuan.db")
    built = await make_office(folder, Database(f"sqlite:///{folder / 'bihuan.db'}"))
    await built.registered()
    yield built
    await built.close()
