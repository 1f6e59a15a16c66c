"""What a provider's limit sends back goes out again later; it was neither served nor has it failed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from activities.return_boxes import MaildirBox
from activities.returned_mail import ReturnedMail
from domain.commands import ReportBounce
from domain.local_time import at_local
from domain.notices import NoticeKind
from domain.proof import DIRECT, MailProof, ProofKind
from gateways.evidence_folder import EvidenceFolder
from store.engine import Database
from store.mail.notice_log import DeliveryState, NoticeState
from store.mail.returned_mail import MOST_PASSING
from tests.activities.test_returned_mail import Counter, deliver, handed_over, proof
from tests.worlds.databases import SteppingClock
from tests.worlds.life import MONDAY
from tests.worlds.post_office import (
    HANDLER,
    add_people,
    courier,
    keep,
    lives_of,
    pass_to,
    sent,
    states,
)
from tests.worlds.relay import Relay

LIMITS = (
    "退信原因：550 User frequency limited",
    "退信原因：554 MI:STC 163 smtp15,CwAX",
    "550 5.7.1 sender is over quota for the hour",
    "英文说明：550 Domain frequency limited",
)


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as listening:
        yield listening


def limited(message_id: str, why: str, number: int = 0) -> bytes:
    """A return of 163: a page for people, our message named by References alone."""
    head = (
        "From: Postmaster@163.com\r\nSubject: =?utf-8?b?57O757uf6YCA5L+h?=\r\n"
        f"References: {message_id}\r\nContent-Type: text/html; charset=gb18030\r\n\r\n"
    )
    page = f"<h1>抱歉，您的邮件被退回来了……</h1><p>{why}</p><p>第{number}次，请稍后重试。</p>"
    return head.encode() + page.encode("gb18030")


def reader(
    db: Database, folder: Path, mail: MailProof, desk: Counter | None = None
) -> ReturnedMail:
    boxes = [MaildirBox(folder / "returned")]
    return ReturnedMail(db, desk or Counter(), boxes, EvidenceFolder(folder / "evidence"), mail)


BEHIND_A_RELAY = MailProof(ProofKind.RELAY_ACCEPTED)


@pytest.mark.parametrize("why", LIMITS)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_providers_limit_sends_the_notice_out_again(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path, why: str
) -> None:
    first, second = await handed_over(db, relay, clock)
    desk = Counter()
    back = reader(db, tmp_path, BEHIND_A_RELAY, desk)
    for one in (first, second):
        await deliver(tmp_path / "returned", limited(one, why))
    await back.run_once()
    assert desk.asked == [], "it came back for now alone"
    assert await proof(db) is None
    (notice,) = await sent(db)
    assert notice.state is NoticeState.WAITING
    assert {one.accepted_at for one in notice.deliveries} == {None}
    assert all("稍后重发" in one.last_error for one in notice.deliveries)
    at = len(relay.mails)
    await courier(db, relay, clock).run_once()
    assert len(relay.mails) == at, "sooner makes it worse"
    clock.now += timedelta(hours=6, minutes=1)
    await courier(db, relay, clock).run_once()
    assert {mail["Message-ID"] for mail in relay.mails[at:]} == {first, second}
    (notice,) = await sent(db)
    assert {one.accepted_at for one in notice.deliveries} == {clock.now}
    assert await proof(db) == clock.now


async def test_after_so_many_times_it_has_come_back_for_good_and_the_life_is_told(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    first, _ = await handed_over(db, relay, clock)
    desk = Counter()
    back = reader(db, tmp_path, BEHIND_A_RELAY, desk)
    for number in range(MOST_PASSING):
        for _ in range(2):
            await deliver(tmp_path / "returned", limited(first, LIMITS[0], number))
        await back.run_once()
        assert DeliveryState.WAITING in dict(await states(db)).values()
        clock.now += timedelta(days=3)
        await courier(db, relay, clock).run_once()
    assert desk.asked == []
    await deliver(tmp_path / "returned", limited(first, LIMITS[0], MOST_PASSING))
    assert await back.run_once() == 1
    (notice,) = await sent(db)
    (failed,) = [one for one in notice.deliveries if one.state is DeliveryState.BOUNCED]
    assert failed.last_error.startswith("多次因发送限制被退回")
    assert failed.attempts == MOST_PASSING + 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_two_reports_of_one_transmission_are_one_time(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    first, _ = await handed_over(db, relay, clock)
    back = reader(db, tmp_path, BEHIND_A_RELAY)
    for number in range(MOST_PASSING + 2):
        await deliver(tmp_path / "returned", limited(first, LIMITS[0], number))
    await back.run_once()
    assert DeliveryState.BOUNCED not in dict(await states(db)).values()
    clock.now += timedelta(hours=1, minutes=1)
    assert (await courier(db, relay, clock).run_once()).sent == 1, "after the first pause"


async def test_a_life_that_took_it_for_delivered_hears_that_it_was_not(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    first, _ = await handed_over(db, relay, clock)
    desk = Counter(away=True)
    back = reader(db, tmp_path, DIRECT, desk)
    await deliver(tmp_path / "returned", limited(first, LIMITS[0]))
    assert await back.run_once() == 0
    desk.away = False
    assert await back.run_once() == 1
    assert await back.run_once() == 0
    await deliver(tmp_path / "returned", limited(first, "退信原因：550 User not found 用户不存在"))
    clock.now += timedelta(hours=2)
    await courier(db, relay, clock).run_once()
    assert await back.run_once() == 1
    bounces = [command for _, command, _ in desk.asked]
    assert all(isinstance(one, ReportBounce) for one in bounces)
    assert len({command_id for _, _, command_id in desk.asked}) == 2


async def test_an_acceptance_is_taken_back_by_a_recorded_return_alone(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    first, second = await handed_over(db, relay, clock)
    await deliver(tmp_path / "returned", limited(first, LIMITS[0]))
    await reader(db, tmp_path, BEHIND_A_RELAY).run_once()
    for forged in (
        f"UPDATE deliveries SET accepted_at = NULL, state = 'waiting' WHERE message_id = '{second}'",  # noqa: S608
        "UPDATE delivery_returns SET passing = NOT passing",
        "DELETE FROM delivery_returns",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            async with db.writing() as session:
                await session.execute(text(forged))


async def test_a_digest_that_a_limit_sends_back_goes_out_again_whole_under_its_own_id(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    await add_people(db)
    clock.now = at_local(MONDAY, time(9))
    lives = lives_of(3)
    await keep(db, *lives)
    await courier(db, relay, clock).run_once()
    relay.mails.clear()
    await pass_to(clock, db, date(2024, 7, 5), time(9), *lives)
    for _ in range(2):
        await courier(db, relay, clock).run_once()
        clock.now += timedelta(minutes=2)
    (digest,) = relay.to(HANDLER)
    await deliver(tmp_path / "returned", limited(str(digest["Message-ID"]), LIMITS[0]))
    await reader(db, tmp_path, BEHIND_A_RELAY).run_once()
    clock.now += timedelta(minutes=50)
    await courier(db, relay, clock).run_once()
    assert len(relay.to(HANDLER)) == 1
    clock.now += timedelta(minutes=15)
    await courier(db, relay, clock).run_once()
    _, again = relay.to(HANDLER)
    assert again["Message-ID"] == digest["Message-ID"]
    assert "3个问题待办" in str(again["Subject"])
    yellow = [one for one in await sent(db) if one.kind is NoticeKind.REMINDER]
    mine = [one for notice in yellow for one in notice.deliveries if one.recipient == HANDLER]
    assert {(one.state, one.accepted_at, one.attempts) for one in mine} == {
        (DeliveryState.ACCEPTED, clock.now, 2)
    }
