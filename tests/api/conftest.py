"""An office for each test, and one shared by the tests that only look or only throw things at it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.migrate import upgrade
from tests.worlds.office import Office, make_office


@pytest.fixture(scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file from which each office's own is copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    await upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def office(migrated: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """An office without a problem."""
    shutil.copy(migrated, tmp_path / "store.db")
    built = await make_office(tmp_path, f"sqlite:///{tmp_path / 'store.db'}")
    yield built
    await built.close()


@pytest.fixture(scope="module")
async def shared(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office with one transferred problem, kept for a whole module."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(migrated, folder / "store.db")
    built = await make_office(folder, f"sqlite:///{folder / 'store.db'}")
    await built.registered()
    yield built
    await built.close()
