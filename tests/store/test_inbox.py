"""Inbox, drafts and links on both databases."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from domain.commands import Answer, Command, EvidenceFile, RectificationState
from domain.outcomes import CommandRefused, Outcome, OutcomeUnknown
from store.district import delivering, drafts, inbox, links
from store.district.inbox import InboxState, NewSubmission, ReceiptConflict
from store.district.links import LinkKey
from store.district.papers import AnswerPaper
from store.engine import Database
from store.tables import LinkRow
from tests.worlds.databases import NOON, SteppingClock

OF_ROUND = LinkKey(
    purpose="answer",
    district="500103",
    recipient="h@example.cn",
    problem_no="CQ2024-0001",
    round_no=1,
)
FILE = EvidenceFile(sha256="a" * 64, name="现场.jpg", media_type="image/jpeg", size=9)


def some_link(jti: str) -> LinkRow:
    """A link of 渝中区 that is nowhere kept."""
    return LinkRow(
        jti=jti,
        purpose="answer",
        problem_no="CQ2024-0001",
        district="500103",
        round_no=1,
        recipient="h@example.cn",
        issued_at=NOON,
        expires_at=NOON,
    )


def submission(**changes: object) -> NewSubmission:
    """One answer of 渝中区, its paper changed."""
    new = NewSubmission(
        receipt_id=str(uuid.uuid4()),
        link_jti="jti",
        paper=AnswerPaper(
            problem_no="CQ2024-0001",
            district="500103",
            round_no=1,
            answer=Answer(state=RectificationState.DONE, text="已整改", files=(FILE,)),
            filled_by="张某",
            telephone="023-00000000",
        ),
    )
    return changed(new, **changes)


@dataclass
class Desk:
    """Answers everything with one failure."""

    failure: Exception
    asked: list[str] = field(default_factory=list)

    async def command(self, problem_no: str, command: Command, command_id: str) -> Outcome:
        """Fail."""
        self.asked.append(command_id)
        raise self.failure


def changed(new: NewSubmission, **changes: object) -> NewSubmission:
    """The same with another paper."""
    return replace(new, paper=replace(new.paper, **changes))  # type: ignore[arg-type]  # test builder


async def test_many_presses_at_once_leave_one_row(db: Database) -> None:
    new = submission()
    kept = await asyncio.gather(*(inbox.submit(db, new) for _ in range(12)))
    assert len({row.received_at for row in kept}) == 1
    async with db.reading() as session:
        assert await inbox.undelivered(session) == {"CQ2024-0001": [new.receipt_id]}
        row = await inbox.find(session, new.receipt_id)
    assert row is not None
    assert inbox.paper_of(row) == new.paper
    assert inbox.files_of([row]) == (FILE,)


async def test_of_two_contents_under_one_number_one_is_refused(db: Database) -> None:
    new = submission()
    others = [new, changed(new, filled_by="李某"), changed(new, problem_no="CQ2024-0002")]
    outcomes = await asyncio.gather(
        *(inbox.submit(db, other) for other in others), return_exceptions=True
    )
    assert sum(isinstance(outcome, ReceiptConflict) for outcome in outcomes) == 2
    async with db.reading() as session:
        assert len(await inbox.undelivered(session)) == 1


async def test_the_link_does_not_belong_to_the_content(db: Database) -> None:
    new = submission()
    first = await inbox.submit(db, new)
    assert (await inbox.submit(db, replace(new, link_jti="other"))).receipt_id == first.receipt_id


async def test_what_has_once_ended_stays_as_it_is(db: Database, clock: SteppingClock) -> None:
    row = await inbox.submit(db, submission())
    silent, busy = (
        Desk(OutcomeUnknown()),
        Desk(CommandRefused("already_answered", "本轮反馈已受理")),
    )
    assert await delivering.deliver(db, silent, row) is InboxState.RECEIVED
    clock.now += timedelta(minutes=1)
    assert await delivering.deliver(db, busy, row) is InboxState.REFUSED
    assert (silent.asked, busy.asked) == ([f"receipt:{row.receipt_id}"],) * 2
    await delivering.mark(db, row.receipt_id, InboxState.APPLIED)
    async with db.reading() as session:
        kept = await inbox.find(session, row.receipt_id)
    assert kept is not None
    assert (kept.state, kept.refusal_code) == ("refused", "already_answered")
    assert kept.delivered_at == clock.now


async def test_however_many_wait_in_vain_a_younger_one_has_its_turn(
    db: Database, clock: SteppingClock
) -> None:
    handed = []
    for number in range(105):
        clock.now += timedelta(seconds=1)
        paper = submission(problem_no=f"CQ2024-{number % 104:04d}")
        handed.append((await inbox.submit(db, paper)).receipt_id)
    async with db.reading() as session:
        waiting = await inbox.undelivered(session)
    assert len(waiting) == 104
    assert waiting["CQ2024-0000"] == [handed[0], handed[104]]
    assert waiting["CQ2024-0103"] == [handed[103]]


async def test_files_added_at_once_are_all_in_the_draft(db: Database) -> None:
    link = some_link("jti")
    files = [replace(FILE, sha256=f"{n:064x}") for n in range(8)]

    async def add(file: EvidenceFile) -> None:
        await drafts.change_files(db, link, "answer", lambda there: (*there, file))

    await asyncio.gather(*map(add, files))
    await drafts.save_fields(db, link, "answer", {"text": "写了一半"})
    async with db.reading() as session:
        draft = await drafts.find(session, "jti", "answer")
    assert sorted(draft.files, key=lambda f: f.sha256) == files
    assert draft.fields == {"text": "写了一半"}
    await drafts.drop(db, "jti", "answer")
    async with db.reading() as session:
        assert await drafts.find(session, "jti", "answer") == drafts.Draft()


async def test_a_link_asked_for_by_many_at_once_is_one_link(
    db: Database, clock: SteppingClock
) -> None:
    async def one(days: int) -> LinkRow:
        ends = clock.now + timedelta(days=days)
        return await links.issue(db, OF_ROUND, ends)

    issued = await asyncio.gather(*(one(days) for days in range(1, 9)))
    assert len({link.jti for link in issued}) == 1
    async with db.reading() as session:
        kept = await links.find(session, issued[0].jti)
    assert kept is not None
    assert kept.expires_at == clock.now + timedelta(days=8)


@pytest.mark.parametrize(("hours", "open_"), [(1.9, True), (2.0, False)])
async def test_a_session_idles_two_hours(
    db: Database, clock: SteppingClock, hours: float, open_: bool
) -> None:
    link = await links.issue(db, OF_ROUND, clock.now + timedelta(days=9))
    (cookie,) = await links.open_session(db, link.jti)
    async with db.reading() as session:
        at = clock.now + timedelta(hours=hours)
        assert (await links.link_of_session(session, cookie, at) is not None) is open_
        assert await links.link_of_session(session, cookie + "x", clock.now) is None
    assert await links.revoke(db, "staff_change", problem_no="CQ2024-0001") == 1
    assert await links.revoke(db, "staff_change", problem_no="CQ2024-0001") == 0
