"""A store that has lived a year: on the development server, every life up to the present instant."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from activities.temporal_worker import temporal_worker
from domain.local_time import day_of
from domain.roles import Actor
from domain.rules import Rules, shared
from embedded.prepare import prepare
from embedded.temporal_server import NAMESPACE, TemporalServer, free_port
from gateways.calendar_files import load_calendar
from gateways.mail import LastLook, Mail, compose
from gateways.mail_folder import MailFolder
from gateways.policy_files import load_policy
from gateways.problem_list.reading import read_list
from gateways.relay_answers import SendOutcome, SendResult
from settings import Settings
from simulation.behaviours import OFFICER, OTHER_OFFICER, SUPERVISOR
from simulation.house import House, SimulatedClock
from simulation.on_temporal import OnTemporal
from simulation.own_clocks import SKIPPING, OwnClocks
from simulation.script import Casting, live
from simulation.year import a_year
from store.engine import Clock, Database
from store.registers import rule_books
from store.tables import AccountRow
from wiring import SAMPLES, courier_for, smtp_settings

KEPT_MAILS = timedelta(days=10)
"""Mails older than this are sent, but not shown in the inbox: it shows the newest only."""
_NOBODY_SIGNS_IN = "!"
_PEOPLE = ((OFFICER, "示例承办人甲"), (OTHER_OFFICER, "示例承办人乙"), (SUPERVISOR, "示例审批人甲"))


class KeepsNewest:
    """A relay that takes every mail, and keeps the newest in the inbox of this machine."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Keep them where `bihuan run` shows them."""
        self._folder = MailFolder(settings.data_dir / "mails")
        self._from = smtp_settings(settings)
        self._clock = clock

    async def send(self, mail: Mail, last_look: LastLook) -> SendResult:
        """Take one mail, unless the last look calls it back."""
        if not await last_look():
            return SendResult(SendOutcome.CALLED_BACK)
        now = self._clock()
        if datetime.now(UTC) - now < KEPT_MAILS:
            message = compose(mail, self._from).as_bytes()
            await asyncio.to_thread(self._folder.keep, message, now)
        return SendResult(SendOutcome.ACCEPTED)

    async def close(self) -> None:
        """Nothing to close."""


async def live_a_year(settings: Settings, lived_one: Callable[[int, int], None]) -> None:
    """Fill the data folder of `settings`, which is not there yet, whole or not at all.

    `lived_one` hears how many of how many lives have been lived. Raises RuntimeError where a life
    does not move, ServerNotStarted where the server does not come up.
    """
    folder = settings.data_dir
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    await asyncio.to_thread(shutil.rmtree, unfinished, ignore_errors=True)
    inside = settings.model_copy(update={"data_dir": unfinished})
    castings, rules = await asyncio.to_thread(_script)
    async with _house(inside, rules) as (house, server):
        for number, casting in enumerate(castings, 1):
            await _live_until_now(house, server, casting)
            lived_one(number, len(castings))
    await asyncio.to_thread(unfinished.rename, folder)


def _script() -> tuple[Sequence[Casting], Rules]:
    today = day_of(datetime.now(UTC))
    calendar = load_calendar()
    rows = read_list(SAMPLES, today=today).rows
    return a_year(rows, today, calendar), shared(Rules(load_policy(), calendar))


@asynccontextmanager
async def _house(settings: Settings, rules: Rules) -> AsyncIterator[tuple[House, OwnClocks]]:
    clock = SimulatedClock()
    db = Database(settings.database, clock)
    await prepare(settings, db)
    await _add_people(db)
    temporal = TemporalServer(settings.data_dir / "temporal", free_port(), extra=SKIPPING)
    courier = replace(courier_for(db, settings), sender=KeepsNewest(settings, clock), digests=False)
    try:
        client = await temporal.start()
        server = OwnClocks(client)
        async with temporal_worker(client, db, settings.archive):
            yield House(env=server, db=db, clock=clock, courier=courier, rules=rules), server
    finally:
        await temporal.stop()
        await db.dispose()


async def _live_until_now(house: House, server: OwnClocks, casting: Casting) -> None:
    """Live one life; where it has not ended, its now is this machine's in the end."""
    server.turn_to(casting.register.problem_no)
    recorded = house.rules.recorded(casting.transfer.on)
    async with house.db.writing() as session:
        await rule_books.keep(session, house.db, (recorded.policy, recorded.calendar))
    carrier = OnTemporal(house)
    yesterday = day_of(datetime.now(UTC)) - timedelta(days=1)
    problem = await live(casting, carrier, house.rules, yesterday)
    if not problem.ended:
        await carrier.move_to(datetime.now(UTC))
    await house.courier.run_once()


async def _add_people(db: Database) -> None:
    """Name those who acted; nobody signs in as them."""
    async with db.writing() as session:
        for actor, name in _PEOPLE:
            session.add(_account(actor, name, db.now()))


def _account(actor: Actor, name: str, at: datetime) -> AccountRow:
    return AccountRow(
        id=actor.id,
        login=actor.id,
        name=name,
        role=actor.role.value,
        password_hash=_NOBODY_SIGNS_IN,
        active=False,
        created_at=at,
        disabled_at=at,
    )


_PLACES = (
    "database_url",
    "migration_database_url",
    "evidence_dir",
    "evidence_bucket",
    "archive_dir",
)


def elsewhere(settings: Settings) -> list[str]:
    """Name the settings by which data would be kept outside the demonstration's own folder."""
    return [f"BIHUAN_{name.upper()}" for name in _PLACES if getattr(settings, name)]


def demonstration(settings: Settings) -> Settings:
    """Give the settings of the demonstration: a folder of its own within the data folder."""
    return settings.model_copy(
        update={"temporal_namespace": NAMESPACE, "data_dir": settings.data_dir / "demo"}
    )
