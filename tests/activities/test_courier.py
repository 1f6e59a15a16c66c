"""The courier against a real relay that defers, refuses, drops, hangs or is away for days."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from email.message import EmailMessage

import pytest
from jinja2 import UndefinedError

from activities import courier as courier_module
from activities.mail_rounds import CourierRun, Patience
from domain.commands import (
    Answer,
    AssignSuccessor,
    RectificationState,
    ReissueNotice,
    ReportBounce,
    Verdict,
)
from domain.local_time import at_local
from domain.notices import OPENS_ROUND, NoticeKind
from domain.policy import Position
from domain.roles import SYSTEM
from domain.words.notices import OBSOLETE_WORDS
from gateways.mail import LastLook, Mail, SmtpSender
from gateways.relay_answers import SendOutcome, SendResult
from gateways.renderer import Renderer
from store.district import inbox
from store.district.inbox import NewSubmission
from store.district.papers import AnswerPaper
from store.engine import Database
from store.mail import notice_log, returned_mail, vacancies
from store.mail.notice_log import DeliveryState, NoticeState
from store.mail.recipients import NO_CONTACT
from tests.worlds.databases import SteppingClock
from tests.worlds.life import MONDAY, OFFICER, Life
from tests.worlds.post_office import (
    BASE_URL,
    CHIEF,
    DEPUTY,
    HANDLER,
    OFFICER_MAIL,
    a_life,
    add_people,
    courier,
    keep,
    lives_of,
    pass_to,
    sent,
    signer,
    states,
)
from tests.worlds.relay import Relay

NINE, TEN = time(9), time(10)
YELLOW_DAY = date(2024, 7, 5)
"""D-3 of a problem transferred on Monday 2024-06-24 and due on 2024-07-09, moved to Friday."""


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as listening:
        yield listening


@pytest.fixture
async def people(db: Database) -> None:
    await add_people(db)


@pytest.fixture
async def office(db: Database, people: None, clock: SteppingClock) -> Database:
    """A database with everybody's address, on the Monday of the transfer at nine."""
    clock.now = at_local(MONDAY, NINE)
    return db


def submission(life: Life, receipt_id: str) -> NewSubmission:
    return NewSubmission(
        receipt_id=receipt_id,
        link_jti="jti",
        paper=AnswerPaper(
            problem_no=life.problem.problem_no,
            district="500103",
            round_no=len(life.problem.rounds),
            answer=Answer(state=RectificationState.DONE, text="已整改"),
            filled_by="示例填报人",
            telephone="",
        ),
    )


# -- the ordinary way ----------------------------------------------------------------------------


async def test_a_transfer_notice_reaches_everybody_it_is_for_once(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    await keep(office, a_life())
    postman = courier(office, relay, clock)
    assert (await postman.run_once()).sent == 2
    assert (await postman.run_once()).sent == 0
    assert Counter(str(mail["To"]) for mail in relay.mails) == {HANDLER: 1, CHIEF: 1}
    assert await states(office) == [
        (HANDLER, DeliveryState.ACCEPTED),
        (CHIEF, DeliveryState.ACCEPTED),
    ]
    (notice,) = await sent(office)
    assert notice.state is NoticeState.HANDED_OVER
    assert {one.accepted_at for one in notice.deliveries} == {clock.now}
    assert len({one.message_id for one in notice.deliveries}) == 2


async def test_the_link_in_a_mail_opens_the_round_it_was_sent_for_and_is_each_recipients_own(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    await keep(office, a_life())
    await courier(office, relay, clock).run_once()
    tokens = []
    for mail in relay.mails:
        body = mail.get_body(("plain",))
        assert body is not None
        (token,) = re.findall(rf"{re.escape(BASE_URL)}/f/(\S+)", body.get_content())
        tokens.append(token)
    claims = [signer(clock).read(token) for token in tokens]
    assert {(c.purpose, c.problem_no, c.district, c.round_no) for c in claims} == {
        ("answer", "CQ2024-0001", "500103", 1)
    }
    assert claims[0].jti != claims[1].jti
    due_at = a_life().problem.rounds[0].due_at
    assert all(claim.expires_at > due_at + timedelta(days=50) for claim in claims)


async def test_service_is_proven_by_acceptance_and_by_nothing_less(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    await keep(office, a_life())
    relay.mode = "drop"
    await courier(office, relay, clock).run_once()
    async with office.reading() as session:
        assert await notice_log.proof_of_service(session, "CQ2024-0001", 1) is None
    relay.mode = "ok"
    clock.now += timedelta(minutes=15)
    await courier(office, relay, clock).run_once()
    async with office.reading() as session:
        assert await notice_log.proof_of_service(session, "CQ2024-0001", 1) == clock.now
        assert await notice_log.proof_of_service(session, "CQ2024-0001", 2) is None


async def test_a_notice_that_came_back_proves_nothing_until_it_goes_out_again(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    life = a_life()
    await keep(office, life)
    await courier(office, relay, clock).run_once()
    (notice,) = await sent(office)
    first, second = notice.deliveries
    await returned_mail.mark(office, first.message_id, "550 no such user")
    async with office.reading() as session:
        assert await notice_log.proof_of_service(session, "CQ2024-0001", 1) == clock.now
    await returned_mail.mark(office, second.message_id, "550 no such user")
    life.do(ReportBounce(round_no=1, notice_key=notice.key, reported_at=clock.now, by=SYSTEM))
    await keep(office, life)
    async with office.reading() as session:
        assert await notice_log.proof_of_service(session, "CQ2024-0001", 1) is None
        (shown,) = await notice_log.undeliverable(session)
    assert {one.state for one in shown.deliveries} == {DeliveryState.BOUNCED}
    life.do(ReissueNotice(reason="示例：已更换联系人。", by=OFFICER))
    await keep(office, life)
    await courier(office, relay, clock).run_once()
    async with office.reading() as session:
        assert await notice_log.proof_of_service(session, "CQ2024-0001", 1) == clock.now


async def test_nothing_leaves_before_its_hour(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    life = a_life()
    await keep(office, life)
    await courier(office, relay, clock).run_once()
    await pass_to(clock, office, date(2024, 7, 10), time(1), life)
    ordered = [n for n in await sent(office) if n.not_before > clock.now]
    assert {n.kind for n in ordered} >= {NoticeKind.OVERDUE_REMINDER, NoticeKind.LISTED}
    await courier(office, relay, clock, digests=False).run_once()
    early = [n for n in await sent(office) if n.not_before > clock.now and n.deliveries]
    assert early == []
    clock.now = at_local(date(2024, 7, 10), NINE)
    await courier(office, relay, clock, digests=False).run_once()
    assert {n.state for n in await sent(office) if n.key in {one.key for one in ordered}} == {
        NoticeState.HANDED_OVER
    }


async def test_the_bureau_is_written_to_at_its_own_addresses(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    life = a_life()
    life.served = False
    await pass_to(clock, office, date(2024, 7, 10), TEN, life)
    await courier(office, relay, clock).run_once()
    subjects = [str(mail["Subject"])[:7] for mail in relay.to(OFFICER_MAIL)]
    assert subjects.count("【送达未证实】") == 1


# -- addresses -----------------------------------------------------------------------------------


async def test_a_vacant_position_is_visible_and_the_others_still_get_their_mail(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    clock.now = at_local(MONDAY, NINE)
    await add_people(db, ("500103", Position.SECTION_CHIEF, CHIEF))
    await keep(db, a_life())
    await courier(db, relay, clock).run_once()
    (notice,) = await sent(db)
    assert notice.state is NoticeState.HANDED_OVER
    vacant = next(one for one in notice.deliveries if one.position is Position.HANDLER)
    assert (vacant.state, vacant.last_error, vacant.recipient) == (
        DeliveryState.FAILED,
        NO_CONTACT,
        "",
    )
    async with db.reading() as session:
        assert [n.key for n in await notice_log.undeliverable(session)] == [notice.key]


async def test_a_notice_for_nobody_fails_where_officers_see_it(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    clock.now = at_local(MONDAY, NINE)
    await keep(db, a_life())
    await courier(db, relay, clock).run_once()
    (notice,) = await sent(db)
    assert notice.state is NoticeState.FAILED
    assert [one.last_error for one in notice.deliveries] == [NO_CONTACT, NO_CONTACT]
    async with db.reading() as session:
        assert len(await notice_log.undeliverable(session)) == 1
        assert (await notice_log.backlog(session, clock.now)).waiting == 0


async def test_who_holds_two_positions_gets_one_mail(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    clock.now = at_local(MONDAY, NINE)
    await add_people(
        db,
        ("500103", Position.HANDLER, HANDLER),
        ("500103", Position.SECTION_CHIEF, HANDLER.upper()),
    )
    await keep(db, a_life())
    await courier(db, relay, clock).run_once()
    assert len(relay.mails) == 1


async def test_an_unknown_address_is_refused_once_and_shown(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    relay.modes[HANDLER] = "nouser"
    await keep(office, a_life())
    run = await courier(office, relay, clock).run_once()
    assert (run.sent, run.refused) == (1, 1)
    for _ in range(3):
        clock.now += timedelta(days=1)
        await courier(office, relay, clock).run_once()
    assert relay.seen_rcpt.count(HANDLER) == 1
    async with office.reading() as session:
        (notice,) = await notice_log.undeliverable(session)
    refused = notice.deliveries[0]
    assert (refused.state, refused.recipient) == (DeliveryState.REFUSED, HANDLER)
    assert refused.last_error.startswith("550")


# -- the relay's moods ---------------------------------------------------------------------------


async def test_a_greylisting_relay_is_asked_again_after_five_minutes_not_sooner(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    relay.modes[HANDLER] = "grey"
    await keep(office, a_life())
    await courier(office, relay, clock).run_once()
    clock.now += timedelta(minutes=4, seconds=59)
    await courier(office, relay, clock).run_once()
    assert relay.seen_rcpt.count(HANDLER) == 1
    relay.modes.clear()
    clock.now += timedelta(seconds=1)
    await courier(office, relay, clock).run_once()
    assert len(relay.to(HANDLER)) == 1
    assert (await states(office))[0] == (HANDLER, DeliveryState.ACCEPTED)


async def test_the_pauses_grow_to_half_an_hour_until_the_last_attempt(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    relay.mode = "grey"
    await keep(office, a_life())
    pauses = []
    while True:
        patient = replace(courier(office, relay, clock), patience=Patience(most_attempts=12))
        await patient.run_once()
        waiting = (await sent(office))[0].deliveries[0]
        if waiting.next_attempt_at is None:
            break
        pauses.append(waiting.next_attempt_at - clock.now)
        clock.now = waiting.next_attempt_at
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(minutes=5), timedelta(minutes=30))
    assert relay.seen_rcpt.count(HANDLER) == 12
    assert waiting.state is DeliveryState.FAILED
    assert "451" in waiting.last_error
    assert (await sent(office))[0].state is NoticeState.FAILED


def test_the_last_attempt_comes_after_days() -> None:
    usual = Patience()
    assert timedelta(days=4) < usual.most_attempts * usual.longest_pause < timedelta(days=6)


@pytest.mark.parametrize("mode", ["drop", "hang"])
async def test_an_ambiguous_attempt_is_repeated_once_after_a_quarter_of_an_hour_and_looks_the_same(
    office: Database, relay: Relay, clock: SteppingClock, mode: str
) -> None:
    relay.mode = mode
    await keep(office, a_life())
    await courier(office, relay, clock).run_once()
    assert set(await states(office)) == {
        (HANDLER, DeliveryState.AMBIGUOUS),
        (CHIEF, DeliveryState.AMBIGUOUS),
    }
    clock.now += timedelta(minutes=14)
    await courier(office, relay, clock).run_once()
    assert len(relay.to(HANDLER)) == 1
    for _ in range(4):
        clock.now += timedelta(minutes=30)
        await courier(office, relay, clock).run_once()
    assert len(relay.to(HANDLER)) == 2
    assert len({str(mail["Message-ID"]) for mail in relay.to(HANDLER)}) == 1
    (notice,) = await sent(office)
    assert notice.state is NoticeState.HANDED_OVER
    assert {one.state for one in notice.deliveries} == {DeliveryState.AMBIGUOUS}


async def test_a_greylisted_repetition_does_not_make_an_ambiguous_attempt_certain(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    relay.modes[HANDLER] = "drop"
    await keep(office, a_life())
    await courier(office, relay, clock).run_once()
    relay.modes[HANDLER] = "grey"
    clock.now += timedelta(minutes=15)
    await courier(office, relay, clock).run_once()
    assert (await states(office))[0] == (HANDLER, DeliveryState.AMBIGUOUS)
    relay.modes.clear()
    clock.now += timedelta(minutes=30)
    await courier(office, relay, clock).run_once()
    assert (await states(office))[0] == (HANDLER, DeliveryState.ACCEPTED)


SEVERAL_UNITS = ("500101", "500102", "500103", "500104", "500105", "500106")


async def people_of_several_units(db: Database, *hosts: str) -> list[str]:
    """Enter one handler a unit, at the given hosts by turns, and a problem of each; give their addresses."""
    addresses = [f"u{n}@{hosts[n % len(hosts)]}.example" for n in range(len(SEVERAL_UNITS))]
    everybody = [
        (unit, position, address)
        for unit, address in zip(SEVERAL_UNITS, addresses, strict=True)
        for position in (Position.HANDLER, Position.SECTION_CHIEF)
    ]
    await add_people(db, *everybody)
    lives = [a_life(n, district=unit) for n, unit in enumerate(SEVERAL_UNITS, start=1)]
    await keep(db, *lives)
    return addresses


@pytest.mark.parametrize("mode", ["closing", "silent", "limited", "quota", "hang"])
async def test_what_befalls_one_recipient_costs_the_others_nothing(
    db: Database, relay: Relay, clock: SteppingClock, mode: str
) -> None:
    clock.now = at_local(MONDAY, NINE)
    first, *others = await people_of_several_units(db, "one")
    relay.modes[first] = mode
    run = await courier(db, relay, clock).run_once()
    assert run.stopped_by is None
    assert [len(relay.to(one)) for one in others] == [1] * len(others)
    assert dict(await states(db, "CQ2024-0001"))[first] in (
        DeliveryState.WAITING,
        DeliveryState.AMBIGUOUS,
    )
    relay.modes.clear()
    clock.now += timedelta(hours=7)
    assert (await courier(db, relay, clock).run_once()).sent == 1
    assert relay.to(first)


async def test_a_provider_that_serves_nobody_of_its_own_keeps_no_other_waiting(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    clock.now = at_local(MONDAY, NINE)
    addresses = await people_of_several_units(db, "one", "two")
    there, elsewhere = addresses[::2], addresses[1::2]
    relay.modes |= dict.fromkeys(there, "closing")
    run = await courier(db, relay, clock).run_once()
    assert [len(relay.to(one)) for one in elsewhere] == [1, 1, 1]
    assert run.outcomes[SendOutcome.CUT_OFF] == 3


async def test_three_recipients_in_a_row_without_an_answer_are_a_relay_that_is_down(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    clock.now = at_local(MONDAY, NINE)
    await people_of_several_units(db, "one", "two", "three")
    relay.mode = "closing"
    run = await courier(db, relay, clock).run_once()
    assert run.stopped_by is not None
    assert run.outcomes == {SendOutcome.CUT_OFF: 3}
    relay.mode = "ok"
    clock.now += timedelta(minutes=5)
    assert (await courier(db, relay, clock).run_once()).sent == 6


async def test_a_notice_without_a_contact_goes_out_by_itself_once_somebody_is_there(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    clock.now = at_local(MONDAY, NINE)
    await keep(db, a_life())
    postman = courier(db, relay, clock)
    assert (await postman.run_once()).sent == 0
    async with db.reading() as session:
        vacant = await vacancies.vacancies(session, clock.now)
    assert {(one.unit, one.position, one.notices) for one in vacant} == {
        ("500103", Position.HANDLER, 1),
        ("500103", Position.SECTION_CHIEF, 1),
    }
    await add_people(db, ("500103", Position.HANDLER, HANDLER))
    assert (await postman.run_once()).sent == 1
    assert (await postman.run_once()).sent == 0
    assert len(relay.to(HANDLER)) == 1
    assert (HANDLER, DeliveryState.ACCEPTED) in await states(db)
    async with db.reading() as session:
        left = await vacancies.vacancies(session, clock.now)
    assert [one.position for one in left] == [Position.SECTION_CHIEF]


async def test_a_notice_that_became_pointless_while_nobody_was_there_is_not_sent_late(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    clock.now = at_local(MONDAY, NINE)
    life = a_life()
    await keep(db, life)
    postman = courier(db, relay, clock)
    await postman.run_once()
    life.answer()
    await keep(db, life)
    await add_people(db, ("500103", Position.HANDLER, HANDLER))
    await postman.run_once()
    (transfer,) = [one for one in await sent(db) if one.kind in OPENS_ROUND]
    assert HANDLER not in {one.recipient for one in transfer.deliveries}
    async with db.reading() as session:
        left = await vacancies.vacancies(session, clock.now)
    assert Position.HANDLER not in {one.position for one in left}


async def test_a_wrong_password_stops_the_queue_and_costs_no_attempt(
    office: Database, clock: SteppingClock
) -> None:
    await keep(office, *lives_of(3))
    with Relay(password="right") as relay:
        wrong = SmtpSender(relay.settings(username="bihuan", password="wrong"))
        run = await courier(office, relay, clock, sender=wrong).run_once()
        assert run.stopped_by is not None
        assert run.stopped_by.outcome is SendOutcome.MISCONFIGURED
        assert relay.connections == 1
        assert {one.attempts for n in await sent(office) for one in n.deliveries} == {0}
        right = SmtpSender(relay.settings(username="bihuan", password="right"))
        assert (await courier(office, relay, clock, sender=right).run_once()).sent == 6


async def test_three_days_without_a_relay_lose_nothing_and_send_nothing_pointless(
    office: Database, clock: SteppingClock
) -> None:
    """F22: one district answers during the outage, the other two problems come to their D-3."""
    lives = lives_of(3)
    for life in lives:
        life.prove()
    await pass_to(clock, office, date(2024, 7, 2), TEN, *lives)
    relay = Relay()
    for day in (2, 3, 4):
        for hour in (9, 12, 15):
            await pass_to(clock, office, date(2024, 7, day), time(hour), *lives)
            run = await courier(office, relay, clock).run_once()
            assert run.stopped_by is not None
            assert run.stopped_by.outcome is SendOutcome.SERVER_DOWN
    lives[0].answer(receipt="r-during-the-outage")
    await pass_to(clock, office, YELLOW_DAY, TEN, *lives)
    async with office.reading() as session:
        waiting = await notice_log.backlog(session, clock.now)
    assert waiting.waiting > 0
    assert waiting.oldest_at == at_local(MONDAY, NINE)

    with relay:
        for _ in range(3):
            await courier(office, relay, clock).run_once()
            clock.now += timedelta(minutes=5)
    of_first = Counter((n.kind, n.state) for n in await sent(office, "CQ2024-0001"))
    assert of_first == {
        (NoticeKind.TRANSFER_NOTICE, NoticeState.OBSOLETE): 1,
        (NoticeKind.REMINDER, NoticeState.OBSOLETE): 1,
        (NoticeKind.RECEIPT, NoticeState.HANDED_OVER): 1,
    }
    for number in (2, 3):
        log = await sent(office, f"CQ2024-{number:04d}")
        rungs = [(n.key.rpartition("/")[2], n.state) for n in log if n.kind is NoticeKind.REMINDER]
        assert rungs == [("d-5", NoticeState.OBSOLETE), ("d-3", NoticeState.HANDED_OVER)]
        assert [n.obsolete_why for n in log if n.state is NoticeState.OBSOLETE] == [
            OBSOLETE_WORDS["overtaken"]
        ]
    assert len(relay.message_ids) == len(set(relay.message_ids))
    async with office.reading() as session:
        assert (await notice_log.backlog(session, clock.now)).waiting == 0


# -- the last look -------------------------------------------------------------------------------


class _Interrupted:
    """A relay between whose RCPT and DATA something happens."""

    def __init__(self, relay: Relay, between: Callable[[], Awaitable[object]]) -> None:
        self._sender = SmtpSender(relay.settings())
        self._between = between

    async def send(self, mail: Mail, last_look: LastLook) -> SendResult:
        async def late() -> bool:
            await self._between()
            return await last_look()

        return await self._sender.send(mail, late)

    async def close(self) -> None:
        await self._sender.close()


async def test_no_reminder_follows_an_answer_that_only_the_inbox_knows(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    life = a_life()
    life.prove()
    await pass_to(clock, office, MONDAY, TEN, life)
    await courier(office, relay, clock).run_once()
    before = len(relay.mails)
    await pass_to(clock, office, YELLOW_DAY, TEN, life)
    await inbox.submit(office, submission(life, "r-inbox"))
    clock.now += timedelta(minutes=10)
    await courier(office, relay, clock).run_once()
    assert len(relay.mails) == before
    reminders = [n for n in await sent(office) if n.kind is NoticeKind.REMINDER]
    assert {n.state for n in reminders} == {NoticeState.OBSOLETE}


async def test_only_for_its_points_a_link_goes_to_a_district_that_lost_the_problem_meanwhile(
    db: Database, relay: Relay, clock: SteppingClock
) -> None:
    """江北区 is to be told of the list on the very morning on which 两江新区 takes its place."""
    await add_people(
        db,
        ("500105", Position.HANDLER, "jiangbei@example.cn"),
        ("500157", Position.HANDLER, "liangjiang@example.cn"),
    )
    life = a_life(on=date(2025, 11, 4), district="500105")
    life.until(date(2025, 11, 5), time(20))
    life.answer(district="500105")
    life.review(Verdict.FOUND_FALSE)
    await pass_to(clock, db, date(2025, 11, 5), time(21), life)
    await courier(db, relay, clock).run_once()
    before = len(relay.to("jiangbei@example.cn"))
    await pass_to(clock, db, date(2025, 11, 6), NINE, life)

    async def move() -> None:
        if life.problem.district == "500105":
            life.do(AssignSuccessor(to_district="500157", reason="区划调整", by=OFFICER))
            await keep(db, life)

    await courier(db, relay, clock, sender=_Interrupted(relay, move)).run_once()
    await courier(db, relay, clock).run_once()
    to_former = [_text(mail) for mail in relay.to("jiangbei@example.cn")[before:]]
    assert len(to_former) == 3, "the list, the points and the move are told"
    assert ["/f/" in text for text in to_former] == ["申诉" in text for text in to_former]
    assert sum("/f/" in text for text in to_former) == 2, "only for its points"
    assert ["/f/" in _text(mail) for mail in relay.to("liangjiang@example.cn")] == [True]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_an_answer_that_comes_while_the_relay_is_asked_calls_the_reminder_back(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    life = a_life()
    life.prove()
    await pass_to(clock, office, MONDAY, TEN, life)
    await courier(office, relay, clock).run_once()
    await pass_to(clock, office, YELLOW_DAY, TEN, life)
    before = len(relay.mails)

    async def answer() -> None:
        await inbox.submit(office, submission(life, "r-race"))

    sender = _Interrupted(relay, answer)
    run = await courier(office, relay, clock, sender=sender, digests=False).run_once()
    assert run.outcomes[SendOutcome.CALLED_BACK] == 1
    assert relay.seen_rcpt[-1] in (HANDLER, CHIEF, DEPUTY)
    assert len(relay.mails) == before


async def test_a_courier_that_dies_at_data_leaves_an_unknown_outcome_and_one_repetition(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    class Dies:
        async def send(self, mail: Mail, last_look: LastLook) -> SendResult:
            assert await last_look()
            raise asyncio.CancelledError

        async def close(self) -> None:
            """Nothing is open."""

    await keep(office, a_life())
    with pytest.raises(asyncio.CancelledError):
        await courier(office, relay, clock, sender=Dies()).run_once()
    assert (await states(office))[0] == (HANDLER, DeliveryState.AMBIGUOUS)
    await courier(office, relay, clock).run_once()
    assert relay.to(HANDLER) == []
    clock.now += timedelta(minutes=15)
    await courier(office, relay, clock).run_once()
    assert len(relay.to(HANDLER)) == 1


async def test_two_couriers_never_hold_the_same_delivery(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    lives = lives_of(12)
    for life in lives:
        life.prove()
    await keep(office, *lives)
    couriers = [courier(office, relay, clock) for _ in range(3)]
    runs = await asyncio.gather(*(one.run_once() for one in couriers))
    assert sum(run.sent for run in runs) == 24
    assert Counter(relay.message_ids).most_common(1)[0][1] == 1
    await pass_to(clock, office, YELLOW_DAY, TEN, *lives)
    for _ in range(2):
        await asyncio.gather(*(one.run_once() for one in couriers))
        clock.now += timedelta(minutes=5)
    assert Counter(relay.message_ids).most_common(1)[0][1] == 1
    assert len(relay.mails) == 24 + len({str(m["To"]) for m in relay.mails[24:]})


async def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    class Broken(Renderer):
        def mail(self, kind: str, /, **values: object) -> tuple[str, str, str]:
            if values["problem_no"] == "CQ2024-0001":
                raise UndefinedError("x")
            return super().mail(kind, **values)

    await keep(office, *lives_of(2))
    run = await courier(office, relay, clock, templates=Broken()).run_once()
    assert run.sent == 2
    (broken,) = await sent(office, "CQ2024-0001")
    assert broken.state is NoticeState.FAILED
    assert "管理员" in broken.deliveries[0].last_error


# -- digests -------------------------------------------------------------------------------------


async def _morning(
    office: Database, relay: Relay, clock: SteppingClock, lives: list[Life], *, digests: bool = True
) -> CourierRun:
    """Come to the morning of D-3, past the time in which its reminders gather."""
    await pass_to(clock, office, MONDAY, TEN, *lives)
    await courier(office, relay, clock).run_once()
    await pass_to(clock, office, date(2024, 7, 4), TEN, *lives)
    await courier(office, relay, clock).run_once()
    clock.now += timedelta(minutes=5)
    await courier(office, relay, clock).run_once()
    relay.mails.clear()
    await pass_to(clock, office, YELLOW_DAY, TEN, *lives)
    await courier(office, relay, clock, digests=digests).run_once()
    clock.now += timedelta(minutes=2)
    return await courier(office, relay, clock, digests=digests).run_once()


async def test_several_reminders_of_a_morning_are_one_mail_to_each_recipient(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    lives = lives_of(5)
    await _morning(office, relay, clock, lives)
    (mail,) = relay.to(HANDLER)
    assert str(mail["Subject"]) == "【待办提醒】渝中区2024年7月5日有5个问题待办"
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert [f"CQ2024-{n:04d}" in text for n in range(1, 6)] == [True] * 5
    (token,) = re.findall(rf"{re.escape(BASE_URL)}/f/(\S+)", text)
    claim = signer(clock).read(token)
    assert (claim.purpose, claim.district, claim.day) == ("district_day", "500103", "2024-07-05")
    for life in lives:
        reminder = next(
            n for n in await sent(office, life.problem.problem_no) if n.key.endswith("reminder/d-3")
        )
        assert reminder.state is NoticeState.HANDED_OVER
        assert {(d.state, d.in_digest) for d in reminder.deliveries} == {
            (DeliveryState.ACCEPTED, True)
        }
    single = {d.message_id for n in await sent(office) for d in n.deliveries}
    assert str(mail["Message-ID"]) not in single


async def test_one_problem_alone_needs_no_digest(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    await _morning(office, relay, clock, lives_of(1))
    (mail,) = relay.to(HANDLER)
    assert "CQ2024-0001" in str(mail["Subject"])


async def test_digests_can_be_switched_off(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    await _morning(office, relay, clock, lives_of(3), digests=False)
    assert len(relay.to(HANDLER)) == 3
    assert all("临期提醒·剩" in str(mail["Subject"]) for mail in relay.to(HANDLER))


async def test_a_reminder_waits_a_little_for_the_others_of_its_morning(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    first, second = lives_of(2)
    for life in (first, second):
        life.prove()
        await keep(office, life)
    await courier(office, relay, clock).run_once()
    relay.mails.clear()
    await pass_to(clock, office, YELLOW_DAY, NINE, first)
    await courier(office, relay, clock).run_once()
    clock.now += timedelta(minutes=1)
    second.until(YELLOW_DAY, NINE)
    await keep(office, second)
    await courier(office, relay, clock).run_once()
    assert relay.mails == []
    clock.now += timedelta(minutes=1)
    await courier(office, relay, clock).run_once()
    (mail,) = relay.to(HANDLER)
    assert "2个问题待办" in str(mail["Subject"])


async def test_what_an_officer_presses_by_hand_goes_at_once_and_alone(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    from domain.commands import SendReminder
    from tests.worlds.life import OFFICER

    lives = lives_of(2)
    await pass_to(clock, office, MONDAY, TEN, *lives)
    await courier(office, relay, clock).run_once()
    relay.mails.clear()
    for life in lives:
        life.do(SendReminder(by=OFFICER))
    await keep(office, *lives)
    await courier(office, relay, clock).run_once()
    assert len(relay.to(HANDLER)) == 2


async def test_a_problem_answered_meanwhile_drops_out_of_the_digest(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    lives = lives_of(3)
    await keep(office, *lives)
    await courier(office, relay, clock).run_once()
    relay.mails.clear()
    relay.mode = "grey"
    await pass_to(clock, office, YELLOW_DAY, TEN, *lives)
    await courier(office, relay, clock).run_once()
    clock.now += timedelta(minutes=2)
    await courier(office, relay, clock).run_once()
    await inbox.submit(office, submission(lives[1], "r-2"))
    relay.mode = "ok"
    clock.now += timedelta(minutes=5)
    await courier(office, relay, clock).run_once()
    (mail,) = relay.to(HANDLER)
    assert "2个问题待办" in str(mail["Subject"])
    body = mail.get_body(("plain",))
    assert body is not None
    assert "CQ2024-0002" not in body.get_content()
    dropped = next(n for n in await sent(office, "CQ2024-0002") if n.key.endswith("reminder/d-3"))
    assert dropped.state is NoticeState.OBSOLETE


async def test_a_digest_of_which_nothing_is_left_is_never_sent(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    lives = lives_of(2)
    for life in lives:
        life.prove()
    await keep(office, *lives)
    await courier(office, relay, clock).run_once()
    relay.mails.clear()
    relay.mode = "grey"
    await pass_to(clock, office, YELLOW_DAY, TEN, *lives)
    await courier(office, relay, clock).run_once()
    clock.now += timedelta(minutes=2)
    await courier(office, relay, clock).run_once()
    for number, life in enumerate(lives):
        await inbox.submit(office, submission(life, f"r-{number}"))
    relay.mode = "ok"
    for _ in range(3):
        clock.now += timedelta(hours=1)
        await courier(office, relay, clock).run_once()
    assert relay.mails == []


async def test_an_ambiguous_digest_is_repeated_once_under_its_own_message_id(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    lives = lives_of(2)
    await keep(office, *lives)
    await courier(office, relay, clock).run_once()
    relay.mails.clear()
    relay.mode = "drop"
    await pass_to(clock, office, YELLOW_DAY, TEN, *lives)
    await courier(office, relay, clock).run_once()
    for _ in range(5):
        clock.now += timedelta(minutes=20)
        await courier(office, relay, clock).run_once()
    assert len(relay.to(HANDLER)) == 2
    assert len({str(mail["Message-ID"]) for mail in relay.to(HANDLER)}) == 1


# -- the loop ------------------------------------------------------------------------------------


async def test_the_loop_outlives_an_outage_and_ends_when_told(
    office: Database, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[timedelta] = []
    relay = Relay()
    stop = asyncio.Event()

    async def wait(_: asyncio.Event, pause: timedelta) -> None:
        pauses.append(pause)
        clock.now += pause
        if len(pauses) == 6:
            relay.__enter__()
        if len(pauses) == 8:
            stop.set()

    monkeypatch.setattr(courier_module, "_wait", wait)
    await keep(office, a_life())
    await courier(office, relay, clock).run_forever(stop)
    relay.__exit__()
    seconds = [pause.total_seconds() for pause in pauses]
    assert seconds == [30, 60, 120, 240, 300, 300, 5, 5]
    assert len(relay.mails) == 2


async def test_an_idle_loop_ends_at_once_when_told(
    office: Database, relay: Relay, clock: SteppingClock
) -> None:
    stop = asyncio.Event()
    slow = replace(courier(office, relay, clock), patience=Patience(every=timedelta(days=1)))
    working = asyncio.create_task(slow.run_forever(stop))
    await asyncio.sleep(0.1)
    stop.set()
    await working
