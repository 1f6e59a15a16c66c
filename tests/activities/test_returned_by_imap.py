"""What comes back is read from a mailbox on a real IMAP server too: once, by several workers, over TLS."""

from __future__ import annotations

import asyncio
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.return_boxes import ImapReturnBox, MaildirBox, ReturnBox
from activities.returned_mail import ReturnedMail
from gateways.evidence_folder import EvidenceFolder
from gateways.imap_box import ImapBox, ImapUnreachable, opened
from store.engine import Database
from store.mail import letters, mailboxes
from store.mail.claims import FORGOTTEN
from store.mail.notice_log import DeliveryState
from tests.activities.test_returned_mail import Counter, deliver, handed_over, report
from tests.worlds.databases import SteppingClock
from tests.worlds.imap import ImapServer
from tests.worlds.post_office import states
from tests.worlds.relay import Relay


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with ImapServer(tmp_path_factory.mktemp("imap")) as one:
        yield one


@pytest.fixture
def server(running: ImapServer) -> ImapServer:
    """The server with an empty mailbox."""
    running.stripped = b""
    running.clear()
    return running


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as listening:
        yield listening


def reader(
    db: Database, folder: Path, *boxes: ReturnBox, desk: Counter | None = None
) -> ReturnedMail:
    return ReturnedMail(db, desk or Counter(), boxes, EvidenceFolder(folder / "evidence"))


async def delivered_to(server: ImapServer, *mails: bytes) -> None:
    await asyncio.to_thread(server.deliver, *mails)


def a_letter(number: int) -> bytes:
    return f"From: a@b.example\r\nSubject: letter {number}\r\n\r\nhello {number}".encode()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("stripped", [b"", b" MOVE"], ids=["moves", "like_coremail"])
async def test_returns_and_letters_are_read_once_and_nothing_is_deleted(
    db: Database,
    relay: Relay,
    clock: SteppingClock,
    server: ImapServer,
    tmp_path: Path,
    stripped: bytes,
) -> None:
    server.stripped = stripped
    first, _ = await handed_over(db, relay, clock)
    desk = Counter()
    mine = reader(db, tmp_path, ImapReturnBox(db, server.settings()), desk=desk)
    await delivered_to(server, report(first), a_letter(1))
    assert await mine.run_once() == 1
    assert await mine.run_once() == 0
    await delivered_to(server, a_letter(2))
    await mine.run_once()
    # A worker that begins anew knows what was read.
    await reader(db, tmp_path, ImapReturnBox(db, server.settings())).run_once()
    assert sorted(state for _, state in await states(db)) == [
        DeliveryState.ACCEPTED,
        DeliveryState.BOUNCED,
    ]
    async with db.reading() as session:
        assert sorted(one.subject for one in await letters.waiting(session)) == [
            "letter 1",
            "letter 2",
        ]
        (known,) = await mailboxes.known(session)
    assert (known.read_at, known.failing_since) == (clock.now, None)
    folders = ("INBOX", "bihuan-matched", "bihuan-letters")
    there = [await asyncio.to_thread(server.count, one) for one in folders]
    assert there == ([3, 0, 0] if server.stripped else [0, 1, 2])
    assert await asyncio.to_thread(server.count, "INBOX", "UNSEEN") == 0


async def test_two_workers_share_a_mailbox_and_a_maildir_and_no_mail_is_lost_or_read_twice(
    db: Database, server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: Tally[str] = Tally()
    keep = letters.keep

    async def counting(db: Database, letter: letters.NewLetter) -> None:
        kept[letter.subject] += 1
        await keep(db, letter)

    monkeypatch.setattr(letters, "keep", counting)
    await delivered_to(server, *(a_letter(number) for number in range(20)))
    for number in range(20, 40):
        await deliver(tmp_path / "returned", a_letter(number))
    workers = [
        reader(
            db,
            tmp_path,
            MaildirBox(tmp_path / "returned"),
            ImapReturnBox(db, server.settings()),
        )
        for _ in range(2)
    ]
    for _ in range(2):
        await asyncio.gather(*(one.run_once() for one in workers))
    assert kept == {f"letter {number}": 1 for number in range(40)}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_mail_over_which_a_worker_died_is_read_by_another_after_a_while(
    db: Database, clock: SteppingClock, server: ImapServer, tmp_path: Path
) -> None:
    await delivered_to(server, a_letter(1), a_letter(2))
    async with aclosing(ImapReturnBox(db, server.settings()).take()) as mails:
        async for _ in mails:
            break
    other = reader(db, tmp_path, ImapReturnBox(db, server.settings()))
    await other.run_once()
    async with db.reading() as session:
        assert [one.subject for one in await letters.waiting(session)] == ["letter 2"]
    clock.now += FORGOTTEN + timedelta(seconds=1)
    await other.run_once()
    async with db.reading() as session:
        assert len(await letters.waiting(session)) == 2


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_mail_that_was_kept_and_not_moved_is_not_read_again(
    db: Database, server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(self: ImapBox, uid: int, into: str) -> None:
        raise ImapUnreachable(f"cut off over {uid} on its way to {into}")

    await delivered_to(server, a_letter(1))
    mine = reader(db, tmp_path, ImapReturnBox(db, server.settings()))
    with monkeypatch.context() as cut:
        cut.setattr(ImapBox, "put_aside", failing)
        await mine.run_once()
    async with db.reading() as session:
        (known,) = await mailboxes.known(session)
    assert known.failing_since is not None
    async with aclosing(ImapReturnBox(db, server.settings()).take()) as mails:
        assert [one async for one in mails] == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_mailbox_that_cannot_be_read_is_told_and_keeps_no_maildir_waiting(
    db: Database, clock: SteppingClock, server: ImapServer, tmp_path: Path
) -> None:
    wrong = ImapReturnBox(db, server.settings(password="wrong"))
    folder = MaildirBox(tmp_path / "returned")
    await reader(db, tmp_path, wrong, folder).run_once()
    async with db.reading() as session:
        rows = {one.name: one for one in await mailboxes.known(session)}
    assert rows[wrong.name].failing_since == clock.now
    assert "核对账号和密码" in rows[wrong.name].why
    assert rows[folder.name].read_at == clock.now


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ca_file": None}, "CERTIFICATE_VERIFY_FAILED"),
        ({"port": 1}, "无法连接"),
        ({"folder": "nowhere"}, "读取失败"),
    ],
)
def test_a_stranger_a_server_that_is_away_and_a_folder_that_is_missing_are_told(
    server: ImapServer, change: dict[str, Any], why: str
) -> None:
    with pytest.raises(ImapUnreachable, match=why), opened(replace(server.settings(), **change)):
        pass


def test_a_dialogue_that_begins_in_clear_goes_on_under_tls_or_not_at_all(
    server: ImapServer,
) -> None:
    starting = replace(server.settings(), security="starttls", port=server.starting)
    server.deliver(a_letter(1))
    with opened(starting) as box:
        assert len(box.numbers(0)) == 1
    with pytest.raises(ImapUnreachable), opened(replace(starting, ca_file=None)):
        pass
    server.stripped = b"STARTTLS"
    with pytest.raises(ImapUnreachable, match="无法连接"), opened(starting):
        pass
