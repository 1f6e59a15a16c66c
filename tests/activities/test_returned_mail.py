"""What comes back by mail is matched to its notice and told to the problem, once."""

from __future__ import annotations

import asyncio
import io
import mailbox
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import update
from sqlmodel import col

from activities.prover import Prover
from activities.return_boxes import MaildirBox
from activities.returned_mail import ReturnedMail
from domain.commands import Command, RecordPointsReceipt, ReportBounce
from domain.local_time import at_local
from domain.notices import NoticeKind
from domain.notices.kinds import deduction_told_in
from domain.outcomes import NoSuchLife, Outcome, OutcomeUnknown
from domain.proof import MailProof, ProofKind
from domain.stages import Stage
from gateways.evidence_folder import EvidenceFolder
from gateways.letters import Letter
from gateways.maildir import Claimed, Maildir
from store.district import upload_days
from store.engine import Database
from store.lives import proofs
from store.mail import late_returns, letters, notice_log
from store.mail.late_returns import LateReturn
from store.mail.notice_log import DeliveryState
from store.refusing import StoreRefused
from store.tables import LetterRow, ProblemRow
from tests.worlds.databases import SteppingClock
from tests.worlds.life import MONDAY, Life
from tests.worlds.post_office import (
    a_life,
    add_people,
    courier,
    keep,
    pass_to,
    sent,
    states,
)
from tests.worlds.relay import Relay

REPORT = """From: MAILER-DAEMON@relay.example
To: bihuan@example.com
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

The message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; someone@unit.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such mailbox
--b
Content-Type: {kind}

Message-ID: {message_id}
Subject: =?utf-8?B?56e75Lqk6YCa55+l?=

--b--
"""


def report(message_id: str, action: str = "failed", kind: str = "text/rfc822-headers") -> bytes:
    text = REPORT.format(message_id=message_id, action=action, kind=kind)
    return text.replace("\n", "\r\n").encode()


@dataclass
class Counter:
    """Keeps what it is asked; away, it answers nothing."""

    away: bool = False
    ended: bool = False
    asked: list[tuple[str, Command, str]] = field(default_factory=list)

    async def command(self, problem_no: str, command: Command, command_id: str) -> Outcome:
        if self.away:
            raise OutcomeUnknown
        if self.ended:
            raise NoSuchLife(problem_no)
        self.asked.append((problem_no, command, command_id))
        return Outcome(
            problem_no=problem_no, seq=9, stage=Stage.AWAITING_FEEDBACK, level=0, events=()
        )


async def deliver(folder: Path, content: bytes) -> None:
    await asyncio.to_thread(lambda: mailbox.Maildir(folder, create=True).add(content))


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as listening:
        yield listening


async def handed_over(db: Database, relay: Relay, clock: SteppingClock) -> list[str]:
    """Hand a transfer notice over to both its recipients; give the Message-IDs."""
    clock.now = at_local(MONDAY, time(9))
    await add_people(db)
    await keep(db, a_life())
    await courier(db, relay, clock).run_once()
    (notice,) = await sent(db)
    return [one.message_id for one in notice.deliveries]


async def proof(db: Database) -> datetime | None:
    async with db.reading() as session:
        return await notice_log.proof_of_service(session, "CQ2024-0001", 1)


async def test_a_bounce_is_told_once_and_proves_nothing_any_more(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    first, second = await handed_over(db, relay, clock)
    desk = Counter()
    returned = ReturnedMail(
        db, desk, [MaildirBox(tmp_path / "returned")], EvidenceFolder(tmp_path / "evidence")
    )
    await deliver(tmp_path / "returned", report(first))
    assert await proof(db) is not None
    assert await returned.run_once() == 1
    assert await proof(db) is not None, "the other recipient's still counts"
    await deliver(tmp_path / "returned", report(second))
    await deliver(tmp_path / "returned", report(second))
    assert await returned.run_once() == 1
    assert await returned.run_once() == 0
    assert await proof(db) is None
    assert {state for _, state in await states(db)} == {DeliveryState.BOUNCED}
    commands = [command for _, command, _ in desk.asked]
    assert all(isinstance(one, ReportBounce) and one.round_no == 1 for one in commands)
    assert len({command_id for _, _, command_id in desk.asked}) == 2


async def test_while_nobody_answers_it_is_told_again_under_the_same_id(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    first, _ = await handed_over(db, relay, clock)
    desk = Counter(away=True)
    returned = ReturnedMail(
        db, desk, [MaildirBox(tmp_path / "returned")], EvidenceFolder(tmp_path / "evidence")
    )
    await deliver(tmp_path / "returned", report(first))
    assert await returned.run_once() == 0
    desk.away = False
    assert await returned.run_once() == 1


async def test_mail_that_is_no_report_of_ours_is_put_aside_for_a_person(
    db: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "returned"
    returned = ReturnedMail(
        db, Counter(), [MaildirBox(folder)], EvidenceFolder(folder.parent / "evidence")
    )
    await deliver(folder, report("<stranger@elsewhere.example>"))
    await deliver(folder, b"Subject: out of office\r\n\r\nback on Monday")
    assert await returned.run_once() == 0
    box = mailbox.Maildir(folder)
    assert len(box) == 0
    assert len(box.get_folder("letters")) == 2


UNKEEPABLE = {
    "a zero": b"\r\n\r\nhello\x00world",
    "a zero in HTML": b"\r\nContent-Type: text/html\r\n\r\n<p>hello\x00world",
    "UTF-16 that says it is UTF-8": b"\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\naABlAGwAbABvAA==",
    "half a character": b"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\nhello +2AA-",
    "a zero in an id": b"\r\nReturn-Path: <>\r\n\r\nfailure notice hello <a\x00b@c>",
    "a zero in a report": b'\r\nContent-Type: multipart/report; boundary="b"\r\n\r\nhello\r\n'
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nx: y\r\n\r\n"
    b"Action: failed\r\nDiagnostic-Code: smtp; 550 \x00\r\nOriginal-Envelope-Id: a\x00@b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--",
}


async def test_what_no_store_keeps_of_a_mail_is_left_out_and_the_mail_kept(
    db: Database, tmp_path: Path
) -> None:
    mails = [b"From: a@b.example\r\nSubject: x" + rest for rest in UNKEEPABLE.values()]
    kept = await read(db, tmp_path, *mails)
    assert [("hello" in one.text, "\0" in one.text) for one in kept] == [(True, False)] * len(mails)
    assert list((tmp_path / "returned" / ".claimed").iterdir()) == []


async def test_a_mail_that_trips_us_up_is_kept_as_unread_and_the_others_are_read(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = letters.keep

    async def trips(store: Database, letter: letters.NewLetter) -> None:
        if letter.subject == "one":
            raise ValueError(letter.subject)
        await keeps(store, letter)

    monkeypatch.setattr(letters, "keep", trips)
    mails = [b"From: a@b.example\r\nSubject: %s\r\n\r\nhi" % one for one in (b"one", b"two")]
    kept = {one.kind: one.subject for one in await read(db, tmp_path, *mails)}
    assert kept == {"unreadable": "（无法读取）", "written": "two"}


# -- the notice of a deduction ---------------------------------------------------------------------


async def deducted(db: Database, relay: Relay, clock: SteppingClock) -> Life:
    """A life of a silent district, the notice of its deduction handed over to all recipients."""
    await add_people(db)
    life = a_life()
    await keep(db, life)
    await pass_to(clock, db, date(2024, 7, 10), time(9, 30), life)
    await courier(db, relay, clock).run_once()
    return life


async def test_the_life_is_told_that_the_notice_of_its_deduction_arrived(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    life = await deducted(db, relay, clock)
    desk = Counter()
    assert await Prover(db, desk).run_once() == 2
    receipts = [one for _, one, _ in desk.asked if isinstance(one, RecordPointsReceipt)]
    (receipt,) = receipts
    assert receipt.deduction == life.problem.deductions[0].seq
    assert receipt.received_at == clock.now
    assert receipt.kind is ProofKind.RECIPIENT_SERVER
    life.do(receipt)
    await keep(db, life)
    told = len(desk.asked)
    await Prover(db, desk).run_once()
    again = [one for _, one, _ in desk.asked[told:] if isinstance(one, RecordPointsReceipt)]
    assert not again


async def test_the_return_of_a_deductions_notice_is_told_to_its_life(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    life = await deducted(db, relay, clock)
    notice = next(one for one in await sent(db) if one.kind is NoticeKind.POINTS_DEDUCTED)
    desk = Counter()
    folder = tmp_path / "returned"
    await deliver(folder, report(notice.deliveries[0].message_id))
    await ReturnedMail(
        db, desk, [MaildirBox(folder)], EvidenceFolder(folder.parent / "evidence")
    ).run_once()
    ((_, bounce, _),) = desk.asked
    assert isinstance(bounce, ReportBounce)
    assert deduction_told_in(bounce.notice_key) == life.problem.deductions[0].seq


async def returned_after_the_end(db: Database, life: Life, folder: Path) -> list[LateReturn]:
    await keep(db, life)
    notice = next(one for one in await sent(db) if one.kind is NoticeKind.POINTS_DEDUCTED)
    await deliver(folder / "returned", report(notice.deliveries[0].message_id))
    boxes, evidence = [MaildirBox(folder / "returned")], EvidenceFolder(folder / "evidence")
    reading = ReturnedMail(db, Counter(ended=True), boxes, evidence)
    assert await reading.run_once() == 1
    assert await reading.run_once() == 0
    async with db.reading() as session:
        return await late_returns.waiting(session)


async def test_the_return_of_a_deductions_notice_after_the_lifes_end_is_a_task(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    life = await deducted(db, relay, clock)
    (task,) = await returned_after_the_end(db, life, tmp_path)
    assert (task.problem_no, task.district) == ("CQ2024-0001", "500103")
    assert task.deduction == life.problem.deductions[0].seq
    assert "550 no such mailbox" in task.why
    left = await late_returns.settle(db, task.id, "one", "已当面送交")
    assert (left.words, left.settled_by) == ("已当面送交", "one")
    with pytest.raises(StoreRefused, match="late_return_settled"):
        await late_returns.settle(db, task.id, "another", "x")
    async with db.reading() as session:
        assert await late_returns.count_waiting(session) == 0
        assert [one.words for one in await late_returns.settled(session)] == ["已当面送交"]


async def test_what_is_proven_in_another_way_leaves_no_task_when_its_mail_comes_back_late(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    life = await deducted(db, relay, clock)
    life.prove_told()
    assert await returned_after_the_end(db, life, tmp_path) == []


def of_a_provider(recipient: str, number: str = "CQ2024-0001") -> bytes:
    """A return that names no message, in the form of Coremail."""
    text = f"抱歉，您的邮件被退回来了。\n主题：【闭环】请反馈{number}号问题\n收件人：{recipient}\n退信原因：无此用户"
    head = "From: Postmaster@163.com\r\nSubject: =?utf-8?b?6YCA5L+h?=\r\nContent-Type: text/plain; charset=gbk\r\n"
    return head.encode() + b"\r\n" + text.encode("gbk")


async def test_a_return_that_names_no_message_is_known_by_recipient_and_number(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    await handed_over(db, relay, clock)
    recipient = (await states(db))[0][0]
    folder = tmp_path / "returned"
    await deliver(folder, of_a_provider(recipient))
    await deliver(folder, of_a_provider("nobody@yuzhong.example"))
    assert (
        await ReturnedMail(
            db, Counter(), [MaildirBox(folder)], EvidenceFolder(folder.parent / "evidence")
        ).run_once()
        == 1
    )
    assert dict(await states(db))[recipient] is DeliveryState.BOUNCED
    assert len(list((folder / ".letters" / "cur").iterdir())) == 1


async def test_the_report_of_a_delivery_is_a_proof_of_its_own_kind(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    first, _ = await handed_over(db, relay, clock)
    clock.now += timedelta(minutes=3)
    folder = tmp_path / "returned"
    await deliver(folder, report(first, action="delivered"))
    await deliver(folder, report("<unknown@city.example>", action="delivered"))
    await ReturnedMail(
        db, Counter(), [MaildirBox(folder)], EvidenceFolder(folder.parent / "evidence")
    ).run_once()
    async with db.reading() as session:
        known = await proofs.known(session, "CQ2024-0001", 1, MailProof(ProofKind.RELAY_ACCEPTED))
    reported = [one for one in known if one.kind is ProofKind.DELIVERY_REPORT]
    assert [one.at for one in reported] == [clock.now]
    assert len(known) == 3
    assert len(list((folder / ".letters" / "cur").iterdir())) == 1


async def test_a_deductions_notice_that_was_reported_delivered_is_told_beside_the_relays_word(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    await deducted(db, relay, clock)
    notice = next(one for one in await sent(db) if one.kind is NoticeKind.POINTS_DEDUCTED)
    folder = tmp_path / "returned"
    await deliver(folder, report(notice.deliveries[0].message_id, action="delivered"))
    desk = Counter()
    await ReturnedMail(
        db, desk, [MaildirBox(folder)], EvidenceFolder(folder.parent / "evidence")
    ).run_once()
    await Prover(db, desk, MailProof(ProofKind.RELAY_ACCEPTED)).run_once()
    kinds = {one.kind for _, one, _ in desk.asked if isinstance(one, RecordPointsReceipt)}
    assert kinds == {ProofKind.RELAY_ACCEPTED, ProofKind.DELIVERY_REPORT}


async def test_two_workers_share_one_folder_and_every_mail_is_read_once(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    first, second = await handed_over(db, relay, clock)
    folder = tmp_path / "returned"
    for number in range(40):
        await deliver(folder, report((first, second)[number % 2]))
    workers = [
        ReturnedMail(
            db, Counter(), [MaildirBox(folder)], EvidenceFolder(folder.parent / "evidence")
        )
        for _ in range(4)
    ]
    await asyncio.gather(*(one.run_once() for one in workers))
    assert len(list((folder / ".matched" / "cur").iterdir())) == 40
    assert list((folder / ".claimed").iterdir()) == []


async def test_what_a_worker_died_over_is_read_by_the_next_after_a_while(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    first, _ = await handed_over(db, relay, clock)
    folder = tmp_path / "returned"
    await deliver(folder, report(first))
    (claimed,) = Maildir(folder).claim()
    assert (
        await ReturnedMail(
            db, Counter(), [MaildirBox(folder)], EvidenceFolder(folder.parent / "evidence")
        ).run_once()
        == 0
    )
    claimed.path.rename(claimed.path.with_name(f"1~{claimed.name}"))
    assert (
        await ReturnedMail(
            db, Counter(), [MaildirBox(folder)], EvidenceFolder(folder.parent / "evidence")
        ).run_once()
        == 1
    )


async def test_a_mail_that_cannot_be_read_keeps_no_other_waiting(
    db: Database,
    relay: Relay,
    clock: SteppingClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, _ = await handed_over(db, relay, clock)
    folder = tmp_path / "returned"
    await deliver(folder, report("<unreadable@city.example>"))
    await deliver(folder, report(first))
    read = Maildir.read
    monkeypatch.setattr(Maildir, "read", failing_once(read))
    assert await ReturnedMail(
        db, Counter(), [MaildirBox(folder)], EvidenceFolder(folder.parent / "evidence")
    ).run_once() in (0, 1)
    assert len(list((folder / ".claimed").iterdir())) == 1


def failing_once(
    read: Callable[[Maildir, Claimed, int], bytes],
) -> Callable[[Maildir, Claimed, int], bytes]:
    failed: list[Claimed] = []

    def reading(box: Maildir, claimed: Claimed, most: int) -> bytes:
        if not failed:
            failed.append(claimed)
            raise PermissionError(claimed.name)
        return read(box, claimed, most)

    return reading


# -- letters -------------------------------------------------------------------------------------


def a_reply(answers: str, *files: tuple[str, str, bytes]) -> bytes:
    letter = EmailMessage()
    letter["From"] = "示例经办 <jingban@yuzhong.example>"
    letter["To"] = "bihuan@city.example"
    letter["Subject"] = "回复：请反馈CQ2024-0001号问题"
    letter["In-Reply-To"] = answers
    letter.set_content("整改表见附件。")
    for name, kind, content in files:
        letter.add_attachment(
            content, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=name
        )
    return letter.as_bytes()


def a_workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


async def read(db: Database, folder: Path, *letters_: bytes) -> list[LetterRow]:
    for one in letters_:
        await deliver(folder / "returned", one)
    await ReturnedMail(
        db, Counter(), [MaildirBox(folder / "returned")], EvidenceFolder(folder / "evidence")
    ).run_once()
    async with db.reading() as session:
        return list(await letters.waiting(session))


async def test_a_reply_with_the_annex_waits_on_the_desk_with_its_files(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    first, _ = await handed_over(db, relay, clock)
    book = a_workbook()
    reply = a_reply(
        first,
        ("整改表.xlsx", "application/octet-stream", book),
        ("照片.jpg", "image/jpeg", b"no picture"),
        ("run.exe", "application/octet-stream", b"MZ" + bytes(60)),
    )
    (row,) = await read(db, tmp_path, reply, reply)
    assert (row.problem_no, row.sender) == ("CQ2024-0001", "jingban@yuzhong.example")
    assert (row.kind, row.subject) == ("written", "回复：请反馈CQ2024-0001号问题")
    assert row.text == "整改表见附件。"
    (kept,) = letters.files_of(row)
    assert kept.name == "整改表.xlsx"
    assert EvidenceFolder(tmp_path / "evidence").read(kept.sha256) == book
    assert {one.name for one in letters.left_out_of(row)} == {"照片.jpg", "run.exe"}


async def test_a_return_that_belongs_to_no_notice_and_a_mail_nobody_understands_wait_on_the_desk_too(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = await read(db, tmp_path, of_a_provider("nobody@yuzhong.example"))
    assert [row.kind for row in waiting] == ["returned"]

    def unreadable(_: bytes) -> Letter:
        raise IndexError("header")

    monkeypatch.setattr("activities.letters.read_letter", unreadable)
    waiting = await read(db, tmp_path, b"Subject: =?\r\n\r\n")
    assert sorted(row.kind for row in waiting) == ["returned", "unreadable"]


@pytest.mark.parametrize("number", ["SL20241128-0030", "CQ2024-0007", "202406240001", "DC/2024.15"])
async def test_a_mail_that_names_a_problem_by_its_own_number_is_about_it(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path, number: str
) -> None:
    await handed_over(db, relay, clock)
    async with db.writing() as session:
        of_first = update(ProblemRow).where(col(ProblemRow.problem_no) == "CQ2024-0001")
        await session.execute(of_first.values(problem_no=number))
    subject = (
        f"Subject: =?utf-8?B?{b64encode(f'关于{number}的说明 2024-06-24'.encode()).decode()}?="
    )
    (row,) = await read(db, tmp_path, f"{subject}\r\n\r\nx".encode())
    assert row.problem_no == number


async def test_who_dealt_with_a_letter_first_stays_on_record(db: Database, tmp_path: Path) -> None:
    (row,) = await read(db, tmp_path, b"Subject: hello\r\n\r\nCQ2024-9999")
    assert row.problem_no == ""
    await letters.settle(db, row.id, "one")
    assert (await letters.settle(db, row.id, "two")).done_by == "one"
    assert await read(db, tmp_path) == []
    with pytest.raises(StoreRefused):
        await letters.settle(db, "none", "one")


async def test_the_files_of_all_mails_have_a_share_of_the_day(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = a_workbook()
    monkeypatch.setattr(upload_days, "MOST_OF_LETTERS", len(book))
    mails = [
        a_reply(f"<{one}@x>", ("整改表.xlsx", "application/octet-stream", book)) for one in "ab"
    ]
    kept = await read(db, tmp_path, *mails)
    assert sorted(len(letters.files_of(one)) for one in kept) == [0, 1]
    (left,) = [why for one in kept for why in letters.left_out_of(one)]
    assert "今日" in left.why
