"""The sweep keeps every closed run once, whatever happens to one of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from activities import archive as archives
from activities import closed_runs
from activities.archive import Archive
from activities.whole_files import write_whole
from audit.sources import lives_in
from audit.verify import verify_life
from gateways.temporal_client import DATA_CONVERTER
from store.engine import Database
from store.watch import archive_index
from workflows.names import workflow_id

HISTORIES = Path(__file__).parent.parent / "histories"
RUNS = (
    "on_time/run",
    "refused_and_continued/run.1",
    "refused_and_continued/run.2",
    "silent/run",
    "rebound/run.1",
    "rebound/run.2",
)


@dataclass
class Handle:
    """The run of one history, as the server lists it and as it is fetched."""

    id: str
    run_id: str
    history: WorkflowHistory
    unreachable: bool = False
    close_time: datetime | None = None

    async def fetch_history(self) -> WorkflowHistory:
        """Give the history, unless it cannot be had."""
        if self.unreachable:
            raise RPCError("history not available", RPCStatusCode.UNAVAILABLE, b"")
        return self.history


@dataclass
class Server:
    """A client that lists runs and gives their histories."""

    runs: list[Handle] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    data_converter: DataConverter = DATA_CONVERTER

    async def list_workflows(self, query: str) -> AsyncIterator[Handle]:
        """List the runs that closed from the instant on that a query names, else all."""
        self.asked.append(query)
        _, named, since = query.partition("CloseTime >= ")
        for run in list(self.runs):
            closed = run.close_time
            if not named or (closed and closed >= datetime.fromisoformat(since.strip("'"))):
                yield run

    def get_workflow_handle(self, _: str, *, run_id: str) -> Handle:
        """Give one run."""
        return next(run for run in self.runs if run.run_id == run_id)


@pytest.fixture
def server() -> Server:
    """The recorded runs, each life under a number of its own."""
    runs = []
    for name in RUNS:
        text = (HISTORIES / f"{name}.json").read_text(encoding="utf-8")
        life = workflow_id(f"CQ2024-{name.partition('/')[0]}")
        history = WorkflowHistory.from_json(life, text)
        started = history.events[0].workflow_execution_started_event_attributes
        runs.append(Handle(life, started.original_execution_run_id, history))
    return Server(runs)


def sweeper(server: Server, db: Database, folder: Path) -> Archive:
    """Give an archive over the server."""
    return Archive(cast(Client, server), db, folder)


def found(folder: Path, pattern: str) -> list[Path]:
    """The files of this name anywhere below a folder."""
    return list(folder.rglob(pattern))


async def demand_kept(server: Server, db: Database, folder: Path) -> None:
    """Demand that each run is in the index and in its file, under the same hash."""
    for run in server.runs:
        (file,) = found(folder, f"{run.run_id}.json")
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        meta = json.loads(file.with_suffix(".meta.json").read_text(encoding="utf-8"))
        async with db.reading() as session:
            rows = await archive_index.of_problem(session, run.id.removeprefix("problem-"))
        (row,) = (row for row in rows if row.run_id == run.run_id)
        assert row.sha256 == meta["sha256"] == sha256
        assert file == Path(row.path)
    assert not found(folder, "*.part")


@pytest.mark.parametrize("which", ["*.json", "*.meta.json"])
async def test_a_file_that_is_gone_is_exported_again(
    server: Server, db: Database, tmp_path: Path, which: str
) -> None:
    folder = tmp_path / "archive"
    archive = sweeper(server, db, folder)
    await archive.archive_closed_runs()
    gone = min(found(folder, which))
    before = gone.read_bytes()
    gone.unlink()
    assert await archive.archive_closed_runs() == 1
    assert gone.exists()
    if which == "*.json" and ".meta." not in gone.name:
        assert gone.read_bytes() == before
    assert await archive.archive_closed_runs() == 0


async def test_every_closed_run_is_kept_once_and_continued_runs_name_the_one_before(
    server: Server, db: Database, tmp_path: Path
) -> None:
    archive = sweeper(server, db, tmp_path / "archive")
    assert await archive.archive_closed_runs() == len(RUNS)
    assert await archive.archive_closed_runs() == 0
    await demand_kept(server, db, tmp_path / "archive")
    _, first, second, *_ = server.runs
    async with db.reading() as session:
        rows = await archive_index.of_problem(session, "CQ2024-refused_and_continued")
    before = {row.run_id: (row.continued_from, row.close_type) for row in rows}
    assert before[first.run_id] == ("", "continued_as_new")
    assert before[second.run_id] == (first.run_id, "continued_as_new")
    (runs,) = lives_in(tmp_path / "archive" / "CQ2024-on_time")
    assert (await verify_life(runs, DATA_CONVERTER)).difference is None


async def test_a_life_taken_up_again_is_kept_in_both_runs_and_is_one_life(
    server: Server, db: Database, tmp_path: Path
) -> None:
    await sweeper(server, db, tmp_path).archive_closed_runs()
    ended, again = server.runs[-2:]
    async with db.reading() as session:
        rows = await archive_index.of_problem(session, "CQ2024-rebound")
    before = {row.run_id: (row.continued_from, row.close_type) for row in rows}
    assert before == {
        ended.run_id: ("", "completed"),
        again.run_id: (ended.run_id, "completed"),
    }
    (runs,) = lives_in(tmp_path / "CQ2024-rebound")
    verified = await verify_life(runs, DATA_CONVERTER)
    assert (verified.difference, verified.runs, verified.closed) == (None, 2, True)


async def test_a_history_that_cannot_be_fetched_stops_no_other_and_is_kept_by_a_later_sweep(
    server: Server, db: Database, tmp_path: Path
) -> None:
    archive = sweeper(server, db, tmp_path)
    server.runs[0].unreachable = True
    assert await archive.archive_closed_runs() == len(RUNS) - 1
    server.runs[0].unreachable = False
    assert await archive.archive_closed_runs() == 1
    await demand_kept(server, db, tmp_path)


@pytest.mark.parametrize("cut", [slice(0, -1), slice(1, None)])
async def test_a_history_with_a_gap_or_without_an_end_is_not_kept_and_stops_no_other(
    server: Server, db: Database, tmp_path: Path, cut: slice
) -> None:
    whole = server.runs[0].history
    server.runs[0].history = WorkflowHistory(whole.workflow_id, whole.events[cut])
    archive = sweeper(server, db, tmp_path)
    assert await archive.archive_closed_runs() == len(RUNS) - 1
    assert not found(tmp_path, f"{server.runs[0].run_id}*")
    server.runs[0].history = whole
    assert await archive.archive_closed_runs() == 1


class PowerCut(BaseException):
    """The machine stops here."""


@pytest.mark.parametrize("written", range(4))
async def test_a_sweep_cut_off_at_any_write_is_made_whole_by_the_next(
    server: Server, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    done = 0
    write = write_whole

    def write_some(path: Path, text: str) -> None:
        nonlocal done
        if done == written:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_suffix(path.suffix + ".part").write_text(text[:100], encoding="utf-8")
            raise PowerCut
        done += 1
        write(path, text)

    archive = sweeper(server, db, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(archives, "write_whole", write_some)
        with pytest.raises(PowerCut):
            await archive.archive_closed_runs()
    await archive.archive_closed_runs()
    await demand_kept(server, db, tmp_path)


async def test_a_sweep_cut_off_between_file_and_index_is_made_whole_by_the_next(
    server: Server, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        raise PowerCut

    archive = sweeper(server, db, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(archive_index, "add", never)
        with pytest.raises(PowerCut):
            await archive.archive_closed_runs()
    assert await archive.archive_closed_runs() == len(RUNS)
    await demand_kept(server, db, tmp_path)


NOON = datetime(2024, 7, 1, 4, tzinfo=UTC)


async def test_a_sweep_lists_what_closed_since_the_last_one_that_kept_everything(
    server: Server, db: Database, tmp_path: Path
) -> None:
    for hours, run in enumerate(server.runs):
        run.close_time = NOON + timedelta(hours=3 * hours)
    late = server.runs.pop()
    archive = sweeper(server, db, tmp_path)
    await archive.archive_closed_runs()
    assert "CloseTime" not in server.asked[-1]
    server.runs.append(late)
    assert await archive.archive_closed_runs() == 1
    mark = server.runs[-2].close_time
    assert mark is not None
    assert (mark - timedelta(hours=1)).isoformat() in server.asked[-1]
    await demand_kept(server, db, tmp_path)


async def test_the_mark_stands_while_a_run_cannot_be_kept(
    server: Server, db: Database, tmp_path: Path
) -> None:
    for hours, run in enumerate(server.runs):
        run.close_time = NOON + timedelta(days=hours)
    archive = sweeper(server, db, tmp_path)
    server.runs[0].unreachable = True
    await archive.archive_closed_runs()
    await archive.archive_closed_runs()
    assert all("CloseTime" not in query for query in server.asked)
    server.runs[0].unreachable = False
    assert await archive.archive_closed_runs() == 1


async def test_once_a_day_and_in_a_new_process_everything_is_looked_at(
    server: Server, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for run in server.runs:
        run.close_time = NOON
    archive = sweeper(server, db, tmp_path)
    await archive.archive_closed_runs()
    await archive.archive_closed_runs()
    assert "CloseTime" in server.asked[-1]
    monkeypatch.setattr(closed_runs, "WHOLE_AFTER", timedelta(0))
    await archive.archive_closed_runs()
    assert "CloseTime" not in server.asked[-1]
    await sweeper(server, db, tmp_path).archive_closed_runs()
    assert "CloseTime" not in server.asked[-1]
