"""A mail that a restored store takes for unsent never goes out twice by itself, and none while nobody looked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from activities.courier import Courier
from activities.return_boxes import MaildirBox
from activities.returned_mail import ReturnedMail
from domain.local_time import at_local
from domain.notices import NoticeKind
from domain.restore_epoch import Restored
from domain.words.notices import RESTORED_UNKNOWN
from gateways.evidence_folder import EvidenceFolder
from store.engine import Database
from store.mail import attempts, parcels
from store.mail.notice_log import DeliveryState, NoticeState
from store.watch import doors
from tests.activities.test_returned_mail import Counter, deliver, report
from tests.worlds.databases import SteppingClock
from tests.worlds.life import MONDAY
from tests.worlds.post_office import HANDLER, a_life, add_people, courier, keep, lives_of, pass_to
from tests.worlds.post_office import sent as log_of
from tests.worlds.relay import Relay

YELLOW_DAY = date(2024, 7, 5)


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as listening:
        yield listening


def heeding(db: Database) -> Callable[[], Awaitable[bool]]:
    async def may_send() -> bool:
        async with db.reading() as session:
            return await doors.shut(session) is None

    return may_send


def careful(db: Database, relay: Relay, clock: SteppingClock, *, digests: bool = True) -> Courier:
    """A courier that asks the doors."""
    return replace(courier(db, relay, clock, digests=digests), may_send=heeding(db))


async def opened(db: Database) -> None:
    await doors.reopen(db, "", "somebody", "示例", {"counts": {}})


async def test_what_was_due_before_a_restore_is_held_and_then_left_to_people(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    clock.now = at_local(MONDAY, time(9))
    await add_people(db)
    life = a_life()
    await keep(db, life)
    post = careful(db, relay, clock)
    assert await doors.shut_for(db, Restored.STORE_OLDER, "1 / 2")
    assert (await post.run_once()).held
    async with db.reading() as session:
        row = await doors.shut(session)
    assert row is not None
    ((number, kind),) = {(one.problem_no, one.kind) for one in doors.mails_of(row)}
    assert (number, kind) == ("CQ2024-0001", NoticeKind.TRANSFER_NOTICE.value)
    await opened(db)
    assert not (await post.run_once()).held
    assert relay.mails == []
    (notice,) = await log_of(db)
    assert (notice.state, notice.obsolete_why) == (NoticeState.OBSOLETE, RESTORED_UNKNOWN)
    await pass_to(clock, db, YELLOW_DAY, time(9), life)
    await post.run_once()
    clock.now += timedelta(minutes=3)
    await post.run_once()
    assert relay.mails, "what falls due later goes out"


async def test_a_mail_that_waited_for_the_relay_counts_as_perhaps_delivered_and_its_return_is_heard(
    db: Database, relay: Relay, clock: SteppingClock, tmp_path: Path
) -> None:
    clock.now = at_local(MONDAY, time(9))
    await add_people(db)
    await keep(db, a_life())
    relay.mode = "grey"
    post = careful(db, relay, clock)
    await post.run_once()
    async with db.reading() as session:
        read_before = await parcels.due(session, clock.now + timedelta(hours=1), 9)
    clock.now += timedelta(minutes=10)
    await doors.shut_for(db, Restored.BACKUP, "1 / 2")
    relay.mode = "ok"
    for one in read_before:
        assert not await attempts.claim(db, one, clock.now, {one.orders[0].problem_no: "500103"})
    await opened(db)
    await post.run_once()
    assert relay.mails == []
    (notice,) = await log_of(db)
    assert {one.state for one in notice.deliveries} == {DeliveryState.AMBIGUOUS}
    assert {one.last_error for one in notice.deliveries} == {RESTORED_UNKNOWN}
    await deliver(tmp_path / "returned", report(notice.deliveries[0].message_id))
    box, evidence = MaildirBox(tmp_path / "returned"), EvidenceFolder(tmp_path / "evidence")
    assert await ReturnedMail(db, Counter(), [box], evidence).run_once() == 1


async def test_a_digest_of_that_morning_is_not_sent_again_either(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    clock.now = at_local(MONDAY, time(9))
    await add_people(db)
    lives = lives_of(3)
    await keep(db, *lives)
    post = careful(db, relay, clock)
    await post.run_once()
    await pass_to(clock, db, YELLOW_DAY, time(9), *lives)
    await post.run_once()
    relay.mails.clear()
    clock.now += timedelta(minutes=3)
    relay.mode = "grey"
    await post.run_once()
    relay.mode = "ok"
    clock.now += timedelta(hours=1)
    await doors.shut_for(db, Restored.PARTED, "1 / 2")
    await opened(db)
    await post.run_once()
    assert relay.to(HANDLER) == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("why", "heeded"), [(Restored.TEMPORAL_OLDER, True), (Restored.STORE_OLDER, False)]
)
async def test_a_store_that_forgot_nothing_or_a_development_machine_sends_all_that_waited(
    db: Database, relay: Relay, clock: SteppingClock, why: Restored, heeded: bool
) -> None:
    clock.now = at_local(MONDAY, time(9))
    await add_people(db)
    await keep(db, a_life())
    await doors.shut_for(db, why, "1 / 2", heeded=heeded)
    await opened(db)
    assert (await careful(db, relay, clock).run_once()).sent == 2
