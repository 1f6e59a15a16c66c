"""Lives under way are exported once a day; an export that holds more than Temporal does stays."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities import open_lives
from activities.open_lives import OpenLives
from command_line.examined import Finding
from command_line.self_watch import open_exports
from domain.restore_epoch import Restored
from gateways.open_exports import exports_in, newest_export
from gateways.temporal_client import DATA_CONVERTER
from settings import Settings
from store.engine import Database, system_clock
from store.keeping import collected
from store.migrate import upgrade
from store.tables import ArchiveRow
from store.watch import archive_index, doors
from store.watch import open_exports as kept
from tests.worlds.databases import SteppingClock
from tests.worlds.life import transferred
from tests.worlds.post_office import keep

HISTORY = Path(__file__).parent.parent / "histories" / "in_progress" / "run.json"
NUMBER = "CQ2024-0001"

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


class Server:
    """Stands for Temporal with one running life, of whose history it has the first `events`."""

    def __init__(self) -> None:
        """Begin with all of it."""
        self.whole = WorkflowHistory.from_json(f"bihuan-{NUMBER}", HISTORY.read_text("utf-8"))
        self.events = len(self.whole.events)
        self.run_id, self.away, self.asked = "run-1", False, 0
        self.data_converter = DATA_CONVERTER

    def get_workflow_handle(self, *_: object, run_id: str = "") -> Server:
        """Every handle is itself."""
        return self

    async def describe(self) -> Any:
        """What the server says of the life."""
        self.asked += 1
        if self.away:
            raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
        return type("Told", (), {"status": WorkflowExecutionStatus.RUNNING, "run_id": self.run_id})

    async def fetch_history(self) -> WorkflowHistory:
        """The life so far."""
        return WorkflowHistory(self.whole.workflow_id, self.whole.events[: self.events])


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def exports(
    db: Database, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> OpenLives:
    """The day's export of a store with one open problem of two events."""
    monkeypatch.setattr(open_lives, "PAUSE_SECONDS", 0)
    await keep(db, transferred())
    return OpenLives(cast(Client, server), db, tmp_path / "open")


async def told(db: Database) -> kept.Exporting:
    async with db.reading() as session:
        found = await kept.last(session)
    assert found is not None
    return found


async def test_what_failed_is_counted_and_tried_again_after_an_hour(
    db: Database, clock: SteppingClock, exports: OpenLives, server: Server
) -> None:
    server.away = True
    assert await exports.claimed()
    assert await exports.export() == 0
    found = await told(db)
    assert (found.over, found.failed) == (True, 1)
    clock.now += timedelta(minutes=59)
    assert not await exports.claimed()
    clock.now += timedelta(minutes=1)
    assert await exports.claimed()
    server.away = False
    assert await exports.export() == 1
    assert (await told(db)).failed == 0
    clock.now += timedelta(hours=23)
    assert not await exports.claimed()
    asked = server.asked
    assert await exports.export() == 0
    assert server.asked == asked, "a life that has not gone on costs the server nothing"


async def test_what_holds_less_than_the_store_takes_no_exports_place(
    db: Database, exports: OpenLives, server: Server
) -> None:
    assert await exports.export() == 1
    before = newest_export(exports.folder / NUMBER)
    assert before is not None
    older = before.file.rename(before.file.with_stem("run-1.1"))
    server.events = 4
    assert await exports.export() == 0
    assert (await told(db)).failed == 1
    assert older.exists()


async def test_an_export_goes_only_for_one_that_continues_it(
    exports: OpenLives, server: Server
) -> None:
    assert await exports.export() == 1
    first = newest_export(exports.folder / NUMBER)
    assert first is not None
    content = json.loads(first.file.read_text("utf-8"))
    continued, other = first.file.with_stem("run-1.0"), first.file.with_stem("run-1.1")
    first.file.rename(continued)
    content["events"][-1]["eventTime"] = "2020-01-01T00:00:00Z"
    other.write_text(json.dumps(content), "utf-8")
    assert await exports.export() == 1
    left = {one.file.stem for one in exports_in(exports.folder / NUMBER)}
    assert left == {first.file.stem, "run-1.1"}


async def test_the_export_of_a_run_that_the_archive_has_goes_and_is_counted(
    db: Database, exports: OpenLives, server: Server
) -> None:
    assert await exports.export() == 1
    row = ArchiveRow(
        run_id="run-1",
        workflow_id="w",
        problem_no=NUMBER,
        sha256="0" * 64,
        events=1,
        close_type="completed",
        path="x",
        archived_at=db.now(),
    )
    await archive_index.add(db, row)
    assert await exports.tidy() == 1
    assert not (exports.folder / NUMBER).exists()
    async with db.reading() as session:
        (gone,) = [one for one in await collected.so_far(session) if one.what == kept.KIND]
    assert (gone.number, gone.size > 0) == (1, True)


async def test_nothing_is_exported_while_a_restore_was_not_looked_at(
    db: Database, exports: OpenLives
) -> None:
    await doors.shut_for(db, Restored.TEMPORAL_OLDER, "1 / 2")
    assert not await exports.claimed()
    await doors.reopen(db, "", "somebody", "示例", {"counts": {}})
    assert await exports.claimed()


async def test_the_doctor_tells_how_old_the_exports_are(tmp_path: Path, url: str) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)
    serious = settings.model_copy(update={"environment": "production"})
    await upgrade(settings.database)
    assert (await open_exports(settings)).finding is Finding.NOTE
    assert (await open_exports(serious)).finding is Finding.BROKEN
    db = Database(settings.database)

    async def tell(at: datetime, failed: int) -> None:
        db.now = lambda: at
        async with db.writing() as session:
            await kept.tell(db, session, {"failed": failed}, over=True)

    await tell(system_clock() - timedelta(days=3), 0)
    assert (await open_exports(serious)).finding is Finding.BROKEN
    await tell(system_clock(), 2)
    found = await open_exports(serious)
    assert (found.finding, "2 件未能保存" in found.words) == (Finding.NOTE, True)
    await tell(system_clock(), 0)
    assert (await open_exports(serious)).finding is Finding.OK
    await db.dispose()
