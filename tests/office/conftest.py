"""An office for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.office.doors import Office, open_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """The officers' doors, with one person of each role."""
    opened = await open_office(tmp_path)
    yield opened
    await opened.browser.aclose()
    await opened.house.db.dispose()
