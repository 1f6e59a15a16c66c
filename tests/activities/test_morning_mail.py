"""The morning's mail goes out once a day to each, from a real relay, however many workers there are."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, time, timedelta
from email.message import EmailMessage

import pytest

from activities.morning_mail import MorningMail
from domain.local_time import at_local
from domain.restore_epoch import Restored
from gateways.mail import SmtpSender
from store.engine import Database
from store.watch import doors, reconciliations
from tests.worlds.databases import SteppingClock
from tests.worlds.relay import Relay

MONDAY, TUESDAY, WEDNESDAY = date(2024, 6, 24), date(2024, 6, 25), date(2024, 6, 26)
CHIEF, DUTY = "chief@city.example", "duty@city.example"


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as listening:
        yield listening


def worker(db: Database, relay: Relay, *recipients: str) -> MorningMail:
    def sender() -> SmtpSender:
        return SmtpSender(relay.settings())

    every = timedelta(minutes=10)
    return MorningMail(db, sender, recipients or (CHIEF, DUTY), "city.example", every)


async def found(db: Database, *words: str) -> None:
    differences = [
        {"code": "life_missing", "problem_no": "CQ2024-0001", "detail": "", "words": one}
        for one in words
    ]
    counts = {"life_missing": len(words)} if words else {}
    body = {"ok": not words, "counts": counts, "differences": differences}
    await reconciliations.keep(db, body)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_two_workers_send_what_did_not_agree_once_a_day_to_each(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    workers = [worker(db, relay) for _ in range(2)]
    clock.now = at_local(TUESDAY, time(7, 59))
    await found(db, "CQ2024-0001：问题在办，服务器上没有办理流程")
    assert sum(await asyncio.gather(*(one.run_once() for one in workers))) == 0
    for _ in range(3):
        clock.now += timedelta(minutes=5)
        await found(db, "CQ2024-0001：问题在办，服务器上没有办理流程")
        await asyncio.gather(*(one.run_once() for one in workers))
    assert sorted(str(mail["To"]) for mail in relay.mails) == [CHIEF, DUTY]
    (mail, _) = relay.mails
    assert mail["Subject"] == "【闭环】6月25日核对发现 1 项不一致"
    assert "1. CQ2024-0001：问题在办，服务器上没有办理流程" in text_of(mail)
    clock.now = at_local(WEDNESDAY, time(9))
    await found(db, "CQ2024-0001：问题在办，服务器上没有办理流程")
    await asyncio.gather(*(one.run_once() for one in workers))
    assert len(relay.mails) == 4


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_what_agrees_is_told_once_a_week_and_a_worker_that_looks_no_more_every_day(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    mine = worker(db, relay, CHIEF)
    for days in range(8):
        clock.now = at_local(MONDAY + timedelta(days=days), time(8, 30))
        await found(db)
        await mine.run_once()
    assert [mail["Subject"] for mail in relay.mails] == [
        "【闭环】6月24日核对一致",
        "【闭环】7月1日核对一致",
    ]
    clock.now += timedelta(days=1)
    await mine.run_once()
    assert "此后没有再核对" in text_of(relay.mails[-1])


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_relay_that_is_away_is_tried_again_and_the_mail_is_not_doubled(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    clock.now = at_local(MONDAY, time(8, 30))
    relay.mode = "grey"
    mine = worker(db, relay, CHIEF)
    assert await mine.run_once() == 0
    relay.mode = "ok"
    assert await mine.run_once() == 0, "not at once"
    clock.now += timedelta(minutes=16)
    assert await mine.run_once() == 1
    clock.now += timedelta(minutes=16)
    assert await mine.run_once() == 0
    assert [mail["Subject"] for mail in relay.mails] == ["【闭环】6月24日尚未核对"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_restore_that_was_noticed_is_told_even_where_all_agrees(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    mine = worker(db, relay, CHIEF)
    clock.now = at_local(MONDAY, time(8, 30))
    await found(db)
    await mine.run_once()
    clock.now = at_local(TUESDAY, time(8, 30))
    await found(db)
    await doors.shut_for(db, Restored.STORE_OLDER, "1 / 2")
    await mine.run_once()
    assert relay.mails[-1]["Subject"] == "【闭环】6月25日发现数据恢复过，登记和办理暂停"
    assert "业务数据库早于 Temporal" in text_of(relay.mails[-1])
