"""What comes back by mail is matched to its notice and told to the problem, once."""

from __future__ import annotations

import asyncio
import mailbox
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

import pytest

from activities.prover import Prover
from activities.returned_mail import ReturnedMail
from domain.commands import Command, RecordPointsReceipt, ReportBounce
from domain.local_time import at_local
from domain.notices import NoticeKind
from domain.notices.kinds import deduction_told_in
from domain.outcomes import Outcome, OutcomeUnknown
from domain.proof import ProofKind
from domain.stages import Stage
from gateways.delivery_reports import read_report
from store import notice_log
from store.engine import Database
from store.notice_log import DeliveryState
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


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_of_a_failure_names_our_message_and_the_reason(kind: str) -> None:
    found = read_report(report("<n1@city.example>", kind=kind))
    assert found is not None
    assert found.message_id == "<n1@city.example>"
    assert found.words == "5.1.1 550 no such mailbox"


@pytest.mark.parametrize(
    "content",
    [
        report("<n1@city.example>", action="delayed"),
        report("<n1@city.example>", action="delivered"),
        report("no id at all"),
        b"Subject: out of office\r\n\r\nback on Monday",
        b"",
        b"\xff\xfe\x00",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n",
    ],
)
def test_anything_else_is_no_report_of_a_failure(content: bytes) -> None:
    assert read_report(content) is None


@dataclass
class Counter:
    """Keeps what it is asked; away, it answers nothing."""

    away: bool = False
    asked: list[tuple[str, Command, str]] = field(default_factory=list)

    async def command(self, problem_no: str, command: Command, command_id: str) -> Outcome:
        if self.away:
            raise OutcomeUnknown
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
    returned = ReturnedMail(db, desk, tmp_path / "returned")
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
    returned = ReturnedMail(db, desk, tmp_path / "returned")
    await deliver(tmp_path / "returned", report(first))
    assert await returned.run_once() == 0
    desk.away = False
    assert await returned.run_once() == 1


async def test_mail_that_is_no_report_of_ours_is_put_aside_for_a_person(
    db: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "returned"
    returned = ReturnedMail(db, Counter(), folder)
    await deliver(folder, report("<stranger@elsewhere.example>"))
    await deliver(folder, b"Subject: out of office\r\n\r\nback on Monday")
    assert await returned.run_once() == 0
    box = mailbox.Maildir(folder)
    assert len(box) == 0
    assert len(box.get_folder("unmatched")) == 2


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
    await ReturnedMail(db, desk, folder).run_once()
    ((_, bounce, _),) = desk.asked
    assert isinstance(bounce, ReportBounce)
    assert deduction_told_in(bounce.notice_key) == life.problem.deductions[0].seq
