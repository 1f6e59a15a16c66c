"""A store that stands still, and a writer of mails over it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest

from activities.notice_mail import MailWriter
from domain.local_time import at_local
from store.engine import Database
from store.migrate import upgrade
from tests.worlds.databases import SteppingClock
from tests.worlds.life import MONDAY
from tests.worlds.post_office import BASE_URL, signer
from tests.worlds.templates import renderer


@pytest.fixture(scope="module")
async def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mails") / "empty.db"
    await upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(at_local(MONDAY, time(9)))


@pytest.fixture
async def db(template: Path, tmp_path: Path, clock: SteppingClock) -> AsyncIterator[Database]:
    shutil.copy(template, tmp_path / "x.db")
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", clock)
    yield database
    await database.dispose()


@pytest.fixture
def writer(db: Database, clock: SteppingClock) -> MailWriter:
    return MailWriter(db, renderer(), signer(clock), BASE_URL, "示例市生态环境局")
