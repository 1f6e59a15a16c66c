"""A house for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.worlds.databases import opened
from tests.worlds.house import House, make_house


@pytest.fixture
async def house(tmp_path: Path, sqlite_url: str) -> AsyncIterator[House]:
    """A house with one transferred problem, CQ2024-0001 in 渝中区."""
    built = await make_house(tmp_path, db=opened(sqlite_url))
    await built.transferred()
    yield built
    await built.db.dispose()


@pytest.fixture
async def any_house(tmp_path: Path, url: str) -> AsyncIterator[House]:
    """The same on each of the two databases."""
    built = await make_house(tmp_path, db=opened(url))
    await built.transferred()
    yield built
    await built.db.dispose()
