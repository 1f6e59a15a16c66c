"""What nobody refers to is collected; what anything refers to stays, whoever comes at the same time."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.collector import FILES, Collector
from activities.retention import Retention
from domain.commands import EvidenceFile
from domain.restore_epoch import Restored
from gateways.evidence_folder import EvidenceFolder
from store.codec import json_text
from store.district import drafts, inbox
from store.engine import Database
from store.keeping import collected, unreferenced
from store.keeping.retention import Keeping
from store.mail import letters
from store.mail.letters import LetterKind, NewLetter
from store.tables import (
    BatchRow,
    ExistingListRow,
    KnownDeviceRow,
    LinkSessionRow,
    OneTimeLinkRow,
    RefusedFormRow,
    RequestRow,
    SessionRow,
    SignInTryRow,
    UploadDayRow,
    UploadPartRow,
)
from store.watch import doors, reconciliations
from tests.store.test_inbox import changed, some_link, submission
from tests.worlds.databases import SteppingClock

AGE = timedelta(days=30)


@pytest.fixture
def evidence(tmp_path: Path) -> EvidenceFolder:
    """An empty evidence store."""
    return EvidenceFolder(tmp_path / "evidence")


@pytest.fixture
def collector(db: Database, evidence: EvidenceFolder) -> Collector:
    """One that keeps files for thirty days and answers for a year."""
    return Collector(db, evidence, uploads_days=30, requests_days=365)


def put_long_ago(evidence: EvidenceFolder, content: bytes) -> EvidenceFile:
    """Seal a file, sixty days ago by the clock of the disk."""
    sealed = evidence.put(content)
    evidence.put_view(sealed.sha256, b"a view")
    let_age(evidence, sealed.sha256)
    return EvidenceFile(
        sha256=sealed.sha256, name="照片.jpg", media_type="image/jpeg", size=sealed.size
    )


def let_age(evidence: EvidenceFolder, sha256: str) -> None:
    """Let sixty days pass for a file."""
    then = time.time() - timedelta(days=60).total_seconds()
    os.utime(evidence._original(sha256), (then, then))


async def both_looks(collector: Collector, clock: SteppingClock) -> int:
    """Look twice, a day apart; give how many files went."""
    first = await collector.collect()
    assert first.numbers[FILES] == 0
    clock.now += timedelta(days=1)
    return (await collector.collect()).numbers[FILES]


async def test_a_file_never_handed_in_goes_at_the_second_look_and_is_counted(
    db: Database, clock: SteppingClock, evidence: EvidenceFolder, collector: Collector
) -> None:
    old, young = put_long_ago(evidence, b"never handed in"), evidence.put(b"just brought")
    told = await collector.collect()
    assert (told.numbers[FILES], told.waiting, told.size) == (0, 1, 0)
    clock.now += timedelta(hours=23)
    assert (await collector.collect()).numbers[FILES] == 0
    clock.now += timedelta(hours=1)
    rehearsed = await collector.rehearse()
    assert (rehearsed.numbers[FILES], rehearsed.size, rehearsed.waiting) == (1, old.size, 0)
    assert evidence.renew(young.sha256)
    assert await collector.collect() == rehearsed
    assert evidence.view(old.sha256) is None
    assert not evidence.renew(old.sha256)
    async with db.reading() as session:
        (files,) = [one for one in await collected.so_far(session) if one.what == FILES]
        assert await unreferenced.waiting(session) == 0
    assert (files.number, files.size, files.looked_at) == (1, old.size, clock.now)


async def test_whatever_refers_to_a_file_keeps_it(
    db: Database, clock: SteppingClock, evidence: EvidenceFolder, collector: Collector
) -> None:
    files = [put_long_ago(evidence, f"file {number}".encode()) for number in range(7)]
    handed, drafted, written, listed, proposed, asked, given_back = files
    new = submission()
    await inbox.submit(
        db,
        changed(new, answer=replace(new.paper.answer, files=(handed,))),  # type: ignore[union-attr]
    )
    link = some_link("jti")
    await drafts.change_files(db, link, "answer", lambda kept: (*kept, drafted))
    await letters.keep(db, a_letter(written))
    async with db.writing() as session:
        session.add_all(
            [
                BatchRow(
                    id="b",
                    created_at=clock.now,
                    by_id="u",
                    file_name="l",
                    file_sha256=listed.sha256,
                    total=1,
                ),
                a_proposal(proposed.sha256, clock),
                a_request("open", clock, command=json_text({"file": {"sha256": asked.sha256}})),
                RefusedFormRow(
                    id="r",
                    owner="o",
                    place="p",
                    body=json_text({"sha256": given_back.sha256}),
                    expires_at=clock.now + timedelta(days=9),
                ),
            ]
        )
    assert await both_looks(collector, clock) == 0
    assert all(evidence.renew(one.sha256) for one in files)


def a_letter(file: EvidenceFile) -> NewLetter:
    """A letter with one attachment."""
    return NewLetter(
        id="letter",
        kind=LetterKind.WRITTEN,
        sender="",
        subject="",
        text="",
        sent_at=None,
        problem_no="",
        files=(file,),
        left_out=(),
    )


def a_proposal(sha256: str, clock: SteppingClock) -> ExistingListRow:
    """A list of running problems that waits for its second person."""
    return ExistingListRow(
        id="l",
        file_name="l",
        file_sha256=sha256,
        hidden="ask",
        total=1,
        report="[]",
        proposed_at=clock.now,
        proposed_by="u",
        proposed_role="officer",
    )


def a_request(key: str, clock: SteppingClock, **changes: str) -> RequestRow:
    """A request of now."""
    values = {"account_id": "u", "command": "{}", "state": "open"} | changes
    return RequestRow(
        key=key, route="r", body_sha256="", problem_no="1", created_at=clock.now, **values
    )


async def test_what_was_handed_in_between_the_looks_stays(
    db: Database, clock: SteppingClock, evidence: EvidenceFolder, collector: Collector
) -> None:
    file = put_long_ago(evidence, b"from a draft of long ago")
    await collector.collect()
    new = submission()
    await inbox.submit(
        db,
        changed(new, answer=replace(new.paper.answer, files=(file,))),  # type: ignore[union-attr]
    )
    clock.now += timedelta(days=1)
    assert (await collector.collect()).numbers[FILES] == 0
    assert evidence.renew(file.sha256)


async def test_what_is_brought_again_while_it_is_let_go_is_there_afterwards(
    evidence: EvidenceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever step of the collector an upload of the same bytes falls upon, the file is there."""
    content, steps = b"the same bytes", []

    def stepping(self: Path, target: Path) -> Path:
        steps.append(self.name)
        if len(steps) == at:
            monkeypatch.setattr(Path, "rename", rename)
            evidence.put(content)
            evidence.put_view(sha256, b"view")
            monkeypatch.setattr(Path, "rename", stepping)
        return rename(self, target)

    rename = Path.rename
    for at in (1, 2, 3):
        steps.clear()
        sha256 = put_long_ago(evidence, content).sha256
        monkeypatch.setattr(Path, "rename", stepping)
        evidence.discard(sha256, AGE)
        monkeypatch.setattr(Path, "rename", rename)
        if len(steps) >= at:
            assert evidence.read(sha256) == content
            assert evidence.view(sha256)


async def test_what_somebody_names_counts_as_brought_now(evidence: EvidenceFolder) -> None:
    file = put_long_ago(evidence, b"named by an officer")
    assert list(evidence.not_brought_for(AGE)) == [file.sha256]
    assert evidence.renew(file.sha256)
    assert list(evidence.not_brought_for(AGE)) == []
    assert evidence.discard(file.sha256, AGE) is None
    assert evidence.read(file.sha256) == b"named by an officer"
    assert evidence.view(file.sha256) == b"a view"


async def test_no_file_goes_while_store_and_lives_disagree(
    db: Database, clock: SteppingClock, evidence: EvidenceFolder, collector: Collector
) -> None:
    file = put_long_ago(evidence, b"perhaps of a life that the store lost")
    await collector.collect()
    clock.now += timedelta(days=2)
    await reconciliations.keep(db, {"ok": False})
    assert (await collector.collect()).held
    assert evidence.renew(file.sha256)
    let_age(evidence, file.sha256)
    await reconciliations.keep(db, {"ok": True})
    assert (await collector.collect()).numbers[FILES] == 1


async def test_what_a_kill_left_lying_is_cleared_and_what_was_claimed_comes_back(
    evidence: EvidenceFolder, tmp_path: Path
) -> None:
    file = put_long_ago(evidence, b"claimed, then killed")
    original = evidence._original(file.sha256)
    original.rename(original.with_name(f".going-{file.sha256}"))
    half = tmp_path / "evidence" / "originals" / ".new-abc"
    half.write_bytes(b"half an upload")
    assert evidence.tidy(timedelta(days=1)) == 0
    os.utime(half, (1, 1))
    assert evidence.tidy(timedelta(days=1)) == 1
    assert evidence.read(file.sha256) == b"claimed, then killed"
    assert not half.exists()


async def test_rows_that_have_served_go_and_the_others_stay(
    db: Database, clock: SteppingClock, collector: Collector
) -> None:
    then = clock.now
    async with db.writing() as session:
        session.add_all(
            [
                SessionRow(id="s", account_id="u", created_at=then, last_seen_at=then),
                LinkSessionRow(
                    id="l", jti="j", created_at=then, last_seen_at=then, expires_at=then
                ),
                OneTimeLinkRow(
                    id="o", account_id="u", made_by="cli", made_at=then, expires_at=then
                ),
                KnownDeviceRow(id="d", account_id="u", last_seen_at=then),
                SignInTryRow(key="k", at=then),
                RefusedFormRow(id="r", owner="o", place="p", body="{}", expires_at=then),
                UploadDayRow(jti="j", day=then.date(), size=1),
                UploadPartRow(jti="j", upload="u", place=0, sha256="0" * 64, arrived_at=then),
                a_request("answered", clock, state="done"),
                a_request("unanswered", clock),
                a_request("row of a list", clock, state="done", account_id=""),
                a_request("import", clock, state="done", command=""),
            ]
        )
    clock.now += timedelta(hours=1)
    gone = (await collector.collect()).numbers
    assert {what for what, number in gone.items() if number} == {
        "one_time_links",
        "sign_in_tries",
        "refused_forms",
    }
    clock.now += timedelta(days=364)
    assert (await collector.collect()).numbers["requests"] == 0
    clock.now += timedelta(days=1)
    async with db.reading() as session:
        counted = {one.what: one.number for one in await collected.so_far(session)}
    assert counted == dict.fromkeys(counted, 1) | {"requests": 0, FILES: 0}
    assert (await collector.rehearse()).numbers["requests"] == 1
    assert (await collector.collect()).numbers["requests"] == 1
    async with db.reading() as session:
        assert await session.get(RequestRow, "answered") is None
        for key in ("unanswered", "row of a list", "import"):
            assert await session.get(RequestRow, key) is not None


async def test_nothing_goes_where_it_is_kept_for_ever(
    db: Database, clock: SteppingClock, evidence: EvidenceFolder
) -> None:
    file = put_long_ago(evidence, b"kept")
    assert await both_looks(Collector(db, evidence, 0, 0), clock) == 0
    assert evidence.renew(file.sha256)


async def test_nothing_at_all_goes_while_a_restore_was_not_looked_at(
    db: Database, clock: SteppingClock, evidence: EvidenceFolder, collector: Collector
) -> None:
    put_long_ago(evidence, b"never handed in")
    await collector.collect()
    clock.now += timedelta(days=1)
    await doors.shut_for(db, Restored.TEMPORAL_OLDER, "1 / 2")
    eraser = Retention(db, Keeping(signers_days=1, drafts_days=1))
    assert await eraser.erase() is None
    held = await collector.collect()
    assert (held.shut, held.numbers) == (True, {})
    assert (await collector.rehearse()).shut
    await doors.reopen(db, "", "somebody", "示例", {"counts": {}})
    assert await eraser.erase() == {}
    assert (await collector.collect()).numbers[FILES] == 1
