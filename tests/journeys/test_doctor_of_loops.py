"""The doctor names the worker's loops as an operator calls them."""

from __future__ import annotations

from pathlib import Path

from command_line.self_watch import LOOPS, side_loops
from gateways.temporal_client import lazy
from settings import Settings
from store.watch import loop_failures
from tests.worlds.databases import opened
from worker import side_loops as loops_of_the_worker


async def test_every_loop_of_the_worker_has_a_name_for_people(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)
    client, db = await lazy(settings.temporal), opened(sqlite_url)
    assert set(loops_of_the_worker(client, db, settings)) == set(LOOPS)
    await db.dispose()


async def test_a_loop_that_failed_lately_is_told_by_that_name(
    sqlite_url: str, tmp_path: Path
) -> None:
    db = opened(sqlite_url)
    await loop_failures.count(db, "lost_papers", 2, "OSError: disk full")
    await db.dispose()
    settings = Settings(_env_file=None, data_dir=tmp_path, database_url=sqlite_url)
    assert f"{LOOPS['lost_papers']}（累计2次" in (await side_loops(settings)).words
