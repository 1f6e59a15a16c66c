"""Every run of a life is read, from the server or from the archive; what cannot be read is named, not passed over."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import text
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from activities.deep_look import DeepLook, Seen
from activities.evidence_check import files_there
from activities.history_check import Histories, Told, held_against
from domain.commands import EvidenceFile
from domain.reconciliation import Difference, Run, RunState
from gateways.evidence_folder import EvidenceFolder
from gateways.run_chain import run_before
from gateways.temporal_client import DATA_CONVERTER
from store.engine import Database
from store.lives import event_log, records
from store.mail import letters
from store.mail.letters import LetterKind, NewLetter
from store.tables import ArchiveRow
from store.watch import looked_into, named_files

HISTORIES = Path(__file__).parent.parent / "histories" / "refused_and_continued"


@dataclass
class Handle:
    """A run on the server, or one that it has forgotten."""

    history: WorkflowHistory | None

    async def fetch_history_events(self) -> AsyncIterator[HistoryEvent]:
        """Give its events."""
        if self.history is None:
            raise RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")
        for event in self.history.events:
            yield event


@dataclass
class Server:
    """A client that still holds some runs."""

    held: dict[str, WorkflowHistory] = field(default_factory=dict)
    data_converter: DataConverter = DATA_CONVERTER

    def get_workflow_handle(self, workflow_id: str, *, run_id: str) -> Handle:
        """Give the run."""
        return Handle(self.held.get(run_id))


@dataclass
class ALife:
    """A life of three runs: its number, its runs oldest first, server and archive."""

    number: str
    ids: list[str]
    histories: dict[str, WorkflowHistory]
    server: Server
    archive: Path

    def file(self, run_id: str) -> Path:
        """Where the archive keeps a run."""
        return self.archive / self.number / f"{run_id}.json"

    @property
    def rows(self) -> list[ArchiveRow]:
        """The archive's index."""
        return [
            ArchiveRow(
                run_id=run_id,
                workflow_id=f"problem-{self.number}",
                problem_no=self.number,
                sha256="",
                events=0,
                close_type="completed",
                path=str(self.file(run_id)),
                archived_at=datetime(2026, 11, 28, tzinfo=UTC),
                continued_from=run_before(self.histories[run_id]),
            )
            for run_id in self.ids
        ]

    async def told(self, *held: str) -> Told:
        """Read the life while the server holds these runs."""
        self.server.held = {run_id: self.histories[run_id] for run_id in held}
        runs = [Run(run_id, RunState.COMPLETED) for run_id in held]
        client = cast(Client, self.server)
        told = await Histories(client, self.archive).told(self.number, runs, self.rows)
        assert told is not None
        return told


@pytest.fixture
def life(tmp_path: Path) -> ALife:
    histories: dict[str, WorkflowHistory] = {}
    files: dict[str, Path] = {}
    number = ""
    for file in sorted(HISTORIES.glob("run.*.json")):
        history = WorkflowHistory.from_json("problem-x", file.read_text(encoding="utf-8"))
        started = history.events[0].workflow_execution_started_event_attributes
        run_id = started.original_execution_run_id
        histories[run_id], files[run_id] = history, file
        number = json.loads(started.input.payloads[0].data)["register"]["problem_no"]
    life = ALife(number, list(histories), histories, Server(), tmp_path / "archive")
    for run_id, file in files.items():
        life.file(run_id).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, life.file(run_id))
    return life


async def test_all_runs_are_read_wherever_they_are(life: ALife) -> None:
    told = await life.told(*life.ids)
    assert sorted(one.seq for one in told.done) == list(range(1, told.last_ordered + 1))
    assert await life.told(life.ids[-1]) == told
    assert await life.told() == told
    assert held_against(life.number, told, told.last_ordered, told.done) == []


async def test_a_run_that_nobody_holds_or_can_read_is_named(life: ALife) -> None:
    first, second, last = life.ids
    life.file(first).write_text("{", encoding="utf-8")
    assert "无法读取" in (await life.told(last)).unseen
    life.file(second).unlink()
    told = await life.told(last)
    assert second in told.unseen
    assert "服务器和归档中都没有" in told.unseen
    assert min(one.seq for one in told.done) > 1
    life.file(last).unlink()
    assert last in (await life.told()).unseen
    none = Histories(cast(Client, life.server), life.archive)
    assert await none.told("CQ2024-9999", (), ()) is None


async def recorded_in(db: Database, life: ALife) -> None:
    """Let the store hold what the life says it has recorded."""
    told = await life.told(*life.ids)
    await records.record(db, life.number, sorted(told.done, key=lambda one: one.seq), ())


def differing(found: tuple[list[Difference], object]) -> list[tuple[str, str]]:
    return [(one.code.value, one.problem_no) for one in found[0]]


async def look(
    db: Database, life: ALife, numbers: list[str], evidence: EvidenceFolder | None = None
) -> tuple[list[Difference], object]:
    runs = [Run(run_id, RunState.COMPLETED) for run_id in life.ids]
    seen = Seen({}, {life.number: runs}, {}, {})
    looker = DeepLook(cast(Client, life.server), db, life.archive, evidence)
    return await looker.into(seen, numbers, lambda _done, _of: None)


async def test_what_an_earlier_run_told_is_held_against_the_log(db: Database, life: ALife) -> None:
    await recorded_in(db, life)
    assert await look(db, life, [life.number]) == ([], [])
    async with db.reading() as session:
        assert life.number in await looked_into.marks(db, session)
        second = (await event_log.timeline(session, life.number))[1]
    told = await life.told(*life.ids)
    forged = replace(second, cause="key:somebody/else")
    logged = [forged if one.seq == 2 else one for one in told.done]
    (found,) = held_against(life.number, told, told.last_ordered, logged)
    assert (found.code.value, found.detail) == ("event_differs", "2号")
    (found,) = held_against(life.number, told, told.last_ordered, logged[:3])
    assert found.code.value == "event_differs" or found.detail


async def a_letter(db: Database, evidence: EvidenceFolder) -> EvidenceFile:
    sealed = evidence.put(b"a letter's file")
    file = EvidenceFile(
        sha256=sealed.sha256, name="整改表.pdf", media_type="application/pdf", size=sealed.size
    )
    new = NewLetter(
        id="a" * 64,
        kind=LetterKind.WRITTEN,
        sender="jingban@yuzhong.example",
        subject="回复",
        text="见附件。",
        sent_at=None,
        problem_no="",
        files=(file,),
        left_out=(),
    )
    await letters.keep(db, new)
    return file


async def test_a_letters_file_that_is_gone_bent_or_another_size_is_named(
    db: Database, life: ALife, tmp_path: Path
) -> None:
    evidence = EvidenceFolder(tmp_path / "evidence")
    file = await a_letter(db, evidence)
    there = tmp_path / "evidence" / "originals" / file.sha256[:2] / file.sha256
    assert await look(db, life, [""], evidence) == ([], [])
    async with db.reading() as session:
        named = [one async for some in named_files.everywhere(session) for one in some]
    assert files_there(dict(evidence.sizes()), named) == []
    there.chmod(0o640)
    there.write_bytes(b"A letter's file")
    assert files_there(dict(evidence.sizes()), named) == []
    assert differing(await look(db, life, [""], evidence)) == [("evidence_changed", "")]
    there.write_bytes(b"short")
    (found,) = files_there(dict(evidence.sizes()), named)
    assert found.words == f"材料的文件与收到时不同（整改表.pdf，{file.sha256[:12]}）"
    there.unlink()
    (found,) = files_there(dict(evidence.sizes()), named)
    assert found.code.value == "evidence_missing"
    assert differing(await look(db, life, [""], evidence)) == [("evidence_missing", "")]


async def test_a_place_of_files_that_does_not_answer_is_named_and_nothing_is_marked(
    db: Database, life: ALife, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = EvidenceFolder(tmp_path / "evidence")
    await a_letter(db, evidence)

    def away(_self: EvidenceFolder, _sha256: str) -> bytes:
        raise OSError("away")

    monkeypatch.setattr(EvidenceFolder, "read", away)
    found, unseen = await look(db, life, [""], evidence)
    assert found == []
    assert "away" in str(unseen)
    async with db.reading() as session:
        assert await looked_into.marks(db, session) == {}


async def test_marks_of_before_a_restore_or_of_long_ago_do_not_count(db: Database) -> None:
    await looked_into.mark(db, {"CQ2024-0001": "a"})
    await looked_into.mark(db, {"CQ2024-0001": "b"})
    async with db.reading() as session:
        assert await looked_into.marks(db, session) == {"CQ2024-0001": "b"}
    async with db.writing() as session:
        await session.execute(
            text(
                "INSERT INTO shut_doors (id, shut_at, why, details, opened_by_id, opened_why, found)"
                " VALUES ('a', '2990-01-01 00:00:00+00:00', 'w', 'd', '', '', '')"
            )
        )
    async with db.reading() as session:
        assert await looked_into.marks(db, session) == {}
