"""A contact who left gets nothing more: what waited goes to who holds his position."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from domain.local_time import at_local
from domain.policy import Position
from store.engine import Database
from store.mail import leaving, vacancies
from store.mail.notice_log import DeliveryState
from store.registers import contacts
from tests.worlds.databases import SteppingClock
from tests.worlds.life import MONDAY
from tests.worlds.post_office import (
    CHIEF,
    HANDLER,
    a_life,
    add_people,
    courier,
    keep,
    lives_of,
    pass_to,
    states,
)
from tests.worlds.relay import Relay

NEXT = "jieren@district.example"
YELLOW_DAY = date(2024, 7, 5)


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as listening:
        yield listening


@pytest.fixture
async def office(db: Database, clock: SteppingClock) -> Database:
    clock.now = at_local(MONDAY, time(9))
    await add_people(db)
    return db


async def leaves(db: Database, email: str) -> None:
    async with db.reading() as session:
        ids = [one.id for one in await contacts.active(session) if one.email == email]
    for one in ids:
        await contacts.retire(db, one or 0, "u", leaving.call_back)


async def waiting(db: Database, relay: Relay, clock: SteppingClock) -> None:
    """A notice that the relay put off."""
    await keep(db, a_life())
    relay.modes[HANDLER] = "grey"
    await courier(db, relay, clock).run_once()
    assert (HANDLER, DeliveryState.WAITING) in await states(db)


async def vacant(db: Database, clock: SteppingClock) -> list[Position]:
    async with db.reading() as session:
        return [one.position for one in await vacancies.vacancies(session, clock.now)]


async def test_what_waits_for_one_who_left_goes_to_his_successor(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    await waiting(office, relay, clock)
    await add_people(office, ("500103", Position.HANDLER, NEXT))
    await leaves(office, HANDLER)
    clock.now += timedelta(hours=1)
    relay.modes.clear()
    await courier(office, relay, clock).run_once()
    assert (len(relay.to(HANDLER)), len(relay.to(NEXT)), len(relay.to(CHIEF))) == (0, 1, 1)
    assert await vacant(office, clock) == []


async def test_without_a_successor_the_position_is_named_as_vacant_until_somebody_is_there(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    await waiting(office, relay, clock)
    await leaves(office, HANDLER)
    clock.now += timedelta(hours=1)
    relay.modes.clear()
    await courier(office, relay, clock).run_once()
    assert relay.to(HANDLER) == []
    assert await vacant(office, clock) == [Position.HANDLER]
    await add_people(office, ("500103", Position.HANDLER, NEXT))
    await courier(office, relay, clock).run_once()
    assert len(relay.to(NEXT)) == 1


async def test_who_is_entered_anew_with_the_same_address_gets_what_waited(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    await waiting(office, relay, clock)
    await leaves(office, HANDLER)
    await add_people(office, ("500103", Position.HANDLER, HANDLER))
    clock.now += timedelta(hours=1)
    relay.modes.clear()
    await courier(office, relay, clock).run_once()
    assert len(relay.to(HANDLER)) == 1
    assert (HANDLER, DeliveryState.ACCEPTED) in await states(office)


async def test_who_keeps_another_position_under_the_address_still_gets_his_mail(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    await add_people(office, ("500103", Position.DIRECTOR, HANDLER))
    await waiting(office, relay, clock)
    async with office.reading() as session:
        (row,) = [
            one
            for one in await contacts.active(session)
            if (one.email, one.position) == (HANDLER, Position.HANDLER)
        ]
    await contacts.retire(office, row.id or 0, "u", leaving.call_back)
    assert (HANDLER, DeliveryState.WAITING) in await states(office)


async def test_a_courier_on_its_way_sends_nothing_to_one_who_has_just_left(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    await keep(office, a_life())
    postman = courier(office, relay, clock)
    looks = 0

    async def leaves_meanwhile() -> bool:
        nonlocal looks
        looks += 1
        if looks == 2:  # the first mail is written, and the relay was asked
            await leaves(office, HANDLER)
            await leaves(office, CHIEF)
        return True

    object.__setattr__(postman, "may_send", leaves_meanwhile)
    await postman.run_once()
    assert (relay.to(HANDLER), relay.to(CHIEF)) == ([], [])
    assert looks >= 2


async def test_no_digest_is_sent_to_one_who_left(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    lives = lives_of(2)
    for day in (MONDAY, date(2024, 7, 4), YELLOW_DAY):
        await pass_to(clock, office, day, time(10), *lives)
        if day == YELLOW_DAY:
            relay.modes[HANDLER] = "grey"
        relay.mails.clear()
        await courier(office, relay, clock).run_once()
        clock.now += timedelta(minutes=5)
        await courier(office, relay, clock).run_once()
    assert [str(mail["Subject"])[:6] for mail in relay.to(CHIEF)] == ["【待办提醒】"]
    await leaves(office, HANDLER)
    relay.modes.clear()
    clock.now += timedelta(hours=2)
    await courier(office, relay, clock).run_once()
    assert relay.to(HANDLER) == []
    assert Position.HANDLER in await vacant(office, clock)
