"""When both sides last took the same beat is known: a mark that is not kept notices no restore."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from command_line.examined import Finding
from command_line.self_watch import shut_doors
from domain.restore_epoch import Restored
from settings import Settings
from store.engine import Database, system_clock
from store.migrate import upgrade
from store.watch import doors, epochs
from tests.worlds.databases import SteppingClock

MINUTE = timedelta(minutes=1)


async def since(db: Database) -> object:
    async with db.reading() as session:
        return await epochs.confirmed_at(session)


async def test_only_a_beat_that_the_other_side_took_counts(
    db: Database, clock: SteppingClock
) -> None:
    assert await since(db) is None
    assert await epochs.begin(db, "", "1:a", MINUTE)
    assert await since(db) is None
    begun_at = clock.now
    clock.now += MINUTE
    assert await epochs.begin(db, "1:a", "2:b", MINUTE), "a crash before it was taken as our own"
    assert await since(db) == begun_at
    await epochs.confirm(db, "2:b")
    assert await since(db) == clock.now
    taken_at = clock.now
    for _ in range(3):
        clock.now += MINUTE
        await epochs.begin(db, "2:b", f"3:{clock.now.minute}", MINUTE)
    assert await since(db) == taken_at, "nothing was written there since"


async def said(settings: Settings) -> tuple[Finding, str]:
    found = await shut_doors(settings)
    return found.finding, found.words


@pytest.mark.parametrize(("environment", "serious"), [("production", True), ("development", False)])
async def test_the_doctor_says_that_no_mark_is_kept(
    tmp_path: Path, environment: str, serious: bool
) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path).model_copy(
        update={"environment": environment}
    )
    await upgrade(settings.database)
    finding, words = await said(settings)
    assert (finding is Finding.BROKEN) is serious
    assert "从未写成" in words
    db = Database(settings.database, lambda: system_clock() - timedelta(hours=1))
    await epochs.begin(db, "", "1:a", MINUTE)
    await epochs.confirm(db, "1:a")
    assert "没有写成" in (await said(settings))[1]
    db.now = system_clock
    await epochs.confirm(db, "1:a")
    assert await epochs.begin(db, "1:a", "2:b", MINUTE)
    await epochs.confirm(db, "2:b")
    assert (await said(settings))[0] is Finding.OK
    await doors.shut_for(db, Restored.BACKUP, "")
    finding, words = await said(settings)
    assert (finding is Finding.BROKEN) is serious
    assert "由备份恢复" in words
    await db.dispose()
