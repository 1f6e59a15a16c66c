"""A house with its doors open, and phones in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.phones import PHONE, Phone
from tests.browser.serving import Served, browser, served


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests."""
    with browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def served_house(tmp_path: Path) -> Iterator[Served]:
    """A house with its doors open."""
    with served(tmp_path) as opened:
        yield opened


@pytest.fixture
def phone(chromium: Browser, served_house: Served) -> Iterator[Phone]:
    """A phone whose browser runs scripts."""
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]  # a plain dict
    yield Phone(context.new_page(), served_house)
    context.close()


@pytest.fixture
def plain_phone(chromium: Browser, served_house: Served) -> Iterator[Phone]:
    """A phone whose browser runs no scripts of the page."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]  # a plain dict
    yield Phone(context.new_page(), served_house)
    context.close()
