"""Builders for tests of the courier: lives written to a database, people to write to, a courier."""

from __future__ import annotations

from datetime import date, time

from activities.courier import Courier
from domain import commands as c
from domain.local_time import at_local
from domain.policy import Position
from gateways.link_signer import LinkSigner
from gateways.mail import MailSender, SmtpSender
from gateways.renderer import Renderer
from store.engine import Database
from store.lives.records import record
from store.mail import notice_log
from store.mail.notice_log import DeliveryState, SentNotice
from store.registers.reach import CITY
from store.tables import ContactRow
from tests.worlds.databases import SteppingClock
from tests.worlds.life import MONDAY, OFFICER, Life, some_facts
from tests.worlds.relay import Relay
from tests.worlds.templates import renderer

BASE_URL = "https://bihuan.city.example"
HANDLER, CHIEF = "jingban@yuzhong.example", "kezhang@yuzhong.example"
DEPUTY, DIRECTOR = "fenguan@yuzhong.example", "juzhang@yuzhong.example"
OFFICER_MAIL, SUPERVISOR_MAIL = "chengban@city.example", "shenpi@city.example"

_PEOPLE = (
    ("500103", Position.HANDLER, HANDLER),
    ("500103", Position.SECTION_CHIEF, CHIEF),
    ("500103", Position.DEPUTY_DIRECTOR, DEPUTY),
    ("500103", Position.DIRECTOR, DIRECTOR),
    (CITY, Position.CASE_OFFICER, OFFICER_MAIL),
    (CITY, Position.SUPERVISOR, SUPERVISOR_MAIL),
)


async def add_people(db: Database, *people: tuple[str, Position, str]) -> None:
    """Enter approved contacts; without any named, everybody of 渝中区 and of the city."""
    async with db.writing() as session:
        session.add_all(
            ContactRow(
                district=district,
                position=position,
                name="示例联系人",
                email=email,
                valid_from=date(2024, 1, 1),
            )
            for district, position, email in people or _PEOPLE
        )


def lives_of(number: int, on: date = MONDAY, district: str = "500103") -> list[Life]:
    """Give so many lives transferred on a day at nine, numbered from 1 on."""
    return [a_life(n, on, district) for n in range(1, number + 1)]


def a_life(number: int = 1, on: date = MONDAY, district: str = "500103") -> Life:
    """Give one life transferred on a day at nine."""
    life = Life(now=at_local(on, time(9)))
    facts = some_facts(district=district)
    problem_no = f"CQ2024-{number:04d}"
    life.do(c.RegisterProblem(problem_no=problem_no, facts=facts, by=OFFICER))
    life.transfer()
    return life


async def keep(db: Database, *lives: Life) -> None:
    """Record what the lives came to; what is recorded already stays as it is."""
    for life in lives:
        await record(db, life.problem.problem_no, life.history, life.notices)


async def pass_to(clock: SteppingClock, db: Database, day: date, at: time, *lives: Life) -> None:
    """Let the lives and the store's clock come to a local time, and record it all."""
    for life in lives:
        life.until(day, at)
    clock.now = at_local(day, at)
    await keep(db, *lives)


def signer(clock: SteppingClock) -> LinkSigner:
    """Give the signer of the tests' links."""
    return LinkSigner([("k1", "s" * 32)], clock=clock)


def courier(
    db: Database,
    relay: Relay,
    clock: SteppingClock,
    *,
    digests: bool = True,
    sender: MailSender | None = None,
    templates: Renderer | None = None,
) -> Courier:
    """Give a courier that hands over to the tests' relay."""
    return Courier(
        db,
        sender or SmtpSender(relay.settings()),
        templates or renderer(),
        signer(clock),
        BASE_URL,
        digests=digests,
        sender_domain="city.example",
        office="示例市生态环境局",
    )


async def sent(db: Database, problem_no: str = "CQ2024-0001") -> tuple[SentNotice, ...]:
    """Give what the log says of a problem."""
    async with db.reading() as session:
        return await notice_log.for_problem(session, problem_no)


async def states(db: Database, problem_no: str = "CQ2024-0001") -> list[tuple[str, DeliveryState]]:
    """Give recipient and state of every delivery of a problem, in order."""
    return [
        (one.recipient, one.state)
        for notice in await sent(db, problem_no)
        for one in notice.deliveries
    ]
