"""Personal data is erased when it has served; papers, hashes and proofs stay as they were."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from domain.roles import Role
from store.district import inbox
from store.district.inbox import ReceiptConflict
from store.district.papers import paper_text
from store.engine import Database
from store.keeping.retention import Keeping, erase, erasures
from store.keeping.seals import ERASED
from store.people import accounts, security_log
from store.people.security_log import Happened
from store.registers import contacts
from store.registers.register_changes import Register, RegisterAct, latest, note
from store.tables import (
    AccountRow,
    ContactRow,
    DraftRow,
    ErasureRow,
    InboxRow,
    RegisterChangeRow,
    SecurityLogRow,
    SignerRow,
)
from tests.store.test_inbox import some_link, submission
from tests.worlds.databases import SteppingClock
from tests.worlds.recorded_lives import closed_life, keep, waiting_life

YEARS = Keeping(signers_days=365, drafts_days=30, contacts_days=365)
_SILENT = "SET LOCAL session_replication_role = replica"
NAME, TELEPHONE = "示例填报人", "023-00000000"


async def kept_texts(db: Database, receipt_id: str) -> str:
    """All that the store still holds of a paper and of who filled it in."""
    async with db.reading() as session:
        row = await session.get_one(InboxRow, receipt_id)
        signer = await session.get_one(SignerRow, receipt_id)
        return f"{row.model_dump()} {signer.model_dump()}"


async def test_the_paper_and_its_hash_hold_seals_that_nobody_can_guess(db: Database) -> None:
    new = submission(filled_by=NAME, telephone=TELEPHONE)
    row = await inbox.submit(db, new)
    assert (row.filled_by, row.telephone) == (NAME, TELEPHONE)
    assert NAME not in row.body
    assert TELEPHONE not in row.body
    assert row.content_sha256 == hashlib.sha256(row.body.encode()).hexdigest()
    unsalted = hashlib.sha256(f"\ntelephone\n{TELEPHONE}".encode()).hexdigest()
    assert unsalted not in row.body
    again = await inbox.submit(db, replace(new, receipt_id="another"))
    assert again.content_sha256 != row.content_sha256


async def test_what_is_asked_for_says_who_filled_it_in(db: Database) -> None:
    new = submission(filled_by=NAME, telephone=TELEPHONE)
    await inbox.submit(db, new)
    async with db.reading() as session:
        (of_problem,) = await inbox.of_problem(session, "CQ2024-0001")
        found = await inbox.find(session, new.receipt_id)
    for row in (of_problem, found):
        assert row is not None
        assert inbox.paper_of(row) == new.paper
    assert (await inbox.submit(db, new)).telephone == TELEPHONE


async def test_once_a_problem_was_closed_long_ago_the_signer_is_erased_and_the_proof_stays(
    db: Database, clock: SteppingClock
) -> None:
    await keep(db, closed_life())
    new = submission(filled_by=NAME, telephone=TELEPHONE)
    before = await inbox.submit(db, new)
    assert await erase(db, YEARS) == {}
    clock.now += timedelta(days=366)
    assert await erase(db, YEARS) == {"signers": 1}
    assert await erase(db, YEARS) == {}
    texts = await kept_texts(db, new.receipt_id)
    assert NAME not in texts
    assert TELEPHONE not in texts
    async with db.reading() as session:
        row = await inbox.find(session, new.receipt_id)
        (record,) = await erasures(session)
    assert row is not None
    assert (row.body, row.content_sha256) == (before.body, before.content_sha256)
    assert (row.filled_by, row.telephone) == (ERASED, "")
    assert inbox.files_of([row]) == new.paper.files
    assert (record.what, record.number, record.at) == ("signers", 1, clock.now)
    with pytest.raises(ReceiptConflict):
        await inbox.submit(db, new)


async def test_of_a_problem_under_way_nothing_is_erased(db: Database, clock: SteppingClock) -> None:
    await keep(db, waiting_life())
    await inbox.submit(db, submission(filled_by=NAME))
    clock.now += timedelta(days=4_000)
    assert await erase(db, YEARS) == {}
    assert await erase(db, Keeping(signers_days=0, drafts_days=0, contacts_days=0)) == {}


async def test_papers_of_before_stay_readable_and_are_the_same_when_they_come_again(
    db: Database,
) -> None:
    new = submission(filled_by=NAME, telephone=TELEPHONE)
    await inbox.submit(db, new)
    async with db.writing() as session:
        # A row of before can only be made by keeping the guards silent.
        silent = "DROP TRIGGER inbox_no_update" if db.on_sqlite else _SILENT
        await session.execute(text(silent))
        signer = await session.get_one(SignerRow, new.receipt_id)
        await session.delete(signer)
        row = await session.get_one(InboxRow, new.receipt_id)
        row.body = paper_text(new.paper)
        row.filled_by, row.telephone = NAME, TELEPHONE
    again = await inbox.submit(db, new)
    assert inbox.paper_of(again) == new.paper
    with pytest.raises(ReceiptConflict):
        await inbox.submit(db, replace(new, paper=replace(new.paper, telephone="023-1")))


async def test_drafts_go_when_their_link_has_long_opened_nothing(
    db: Database, clock: SteppingClock
) -> None:
    open_link, over = some_link("open"), some_link("over")
    open_link.expires_at = clock.now + timedelta(days=400)
    over.recipient, over.expires_at = "other@example.cn", clock.now + timedelta(days=1)
    async with db.writing() as session:
        session.add_all([open_link, over])
        for jti in ("open", "over"):
            session.add(
                DraftRow(link_jti=jti, problem_no="CQ2024-0001", body="{}", saved_at=clock.now)
            )
    clock.now += timedelta(days=31)
    assert await erase(db, YEARS) == {"drafts": 1}
    async with db.reading() as session:
        assert list(await session.scalars(select(col(DraftRow.link_jti)))) == ["open"]


async def test_entries_of_the_security_log_go_after_their_time_and_never_before_half_a_year(
    db: Database, clock: SteppingClock
) -> None:
    half_a_year = Keeping(signers_days=0, drafts_days=0, log_days=184)
    clock.now = datetime.now(UTC) - timedelta(days=365)
    await security_log.note_alone(db, Happened.SIGNED_IN, "old")
    clock.now = datetime.now(UTC) - timedelta(days=100)
    await security_log.note_alone(db, Happened.SIGNED_IN, "young")
    clock.now = datetime.now(UTC)
    assert await erase(db, half_a_year) == {"security_log": 1}
    assert await erase(db, half_a_year) == {}
    async with db.reading() as session:
        assert [row.subject for row in await security_log.latest(session)] == [
            "security_log",
            "young",
        ]
        (told,) = await erasures(session)
    assert (told.what, told.number) == ("security_log", 1)
    clock.now += timedelta(days=400)
    with pytest.raises(DBAPIError, match="append-only"):
        await erase(db, half_a_year)


@pytest.mark.parametrize("act", ["UPDATE security_log SET by_id = ''", "DELETE FROM security_log"])
async def test_a_young_entry_is_neither_altered_nor_deleted(
    db: Database, clock: SteppingClock, act: str
) -> None:
    # From 1 March to 1 September are 184 days: 183 are less than six months.
    clock.now = datetime.now(UTC) - timedelta(days=183, hours=12)
    await security_log.note_alone(db, Happened.SIGNED_IN, "young")
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.writing() as session:
            await session.execute(text(act))


async def test_a_draft_goes_too_when_its_link_was_replaced_by_another(
    db: Database, clock: SteppingClock
) -> None:
    async with db.writing() as session:
        session.add(DraftRow(link_jti="replaced", body="{}", saved_at=clock.now))
    clock.now += timedelta(days=31)
    assert await erase(db, YEARS) == {"drafts": 1}


def a_contact() -> ContactRow:
    """The handler of a district."""
    return ContactRow(
        district="500103",
        position="handler",
        name=NAME,
        email="jingban@unit.example",
        telephone=TELEPHONE,
        valid_from=date(2024, 6, 1),
        entered_by="u",
    )


async def everything_kept(db: Database) -> str:
    """All texts of contacts, accounts and what was recorded of their changes."""
    async with db.reading() as session:
        rows = [
            row.model_dump()
            for table in (ContactRow, AccountRow, RegisterChangeRow, SecurityLogRow, ErasureRow)
            for row in await session.scalars(select(table))
        ]
    return str(rows)


async def test_a_contact_retired_long_ago_is_erased_everywhere_and_that_it_was_stays_on_record(
    db: Database, clock: SteppingClock
) -> None:
    kept = await contacts.add(db, a_contact())
    await contacts.decide(db, kept.id or 0, "v", approved=True)
    clock.now += timedelta(days=900)
    assert await erase(db, YEARS) == {}
    await contacts.retire(db, kept.id or 0, "u")
    clock.now += timedelta(days=364)
    assert await erase(db, YEARS) == {}
    async with db.reading() as session:
        told = await latest(session, Register.CONTACTS, limit=9)
    assert {one.details["telephone"] for one in told} == {TELEPHONE}
    clock.now += timedelta(days=2)
    assert await erase(db, YEARS) == {"contacts": 1}
    assert await erase(db, YEARS) == {}
    texts = await everything_kept(db)
    for words in (NAME, TELEPHONE, "jingban@unit.example"):
        assert words not in texts
    async with db.reading() as session:
        changes = await latest(session, Register.CONTACTS, limit=9)
        (logged,) = await security_log.latest(session, what=Happened.DATA_ERASED)
    assert [(one.act, one.by_id) for one in changes] == [
        (RegisterAct.RETIRED, "u"),
        (RegisterAct.APPROVED, "v"),
        (RegisterAct.ENTERED, "u"),
    ]
    assert {one.details["name"] for one in changes} == {ERASED}
    assert {one.details["telephone"] for one in changes} == {""}
    assert (logged.by_id, logged.details) == ("system", "已停用联系人的姓名、邮箱和电话 1 项")


async def test_a_declined_contact_is_erased_like_a_retired_one(
    db: Database, clock: SteppingClock
) -> None:
    kept = await contacts.add(db, a_contact())
    await contacts.decide(db, kept.id or 0, "v", approved=False, reason="示例")
    clock.now += timedelta(days=366)
    assert await erase(db, YEARS) == {"contacts": 1}


async def test_how_an_account_long_out_of_service_was_reached_is_erased_and_its_name_stays(
    db: Database, clock: SteppingClock
) -> None:
    gone = await accounts.create(
        db, "gone", "示例一", Role.OFFICER, email="a@unit.example", telephone=TELEPHONE
    )
    back = await accounts.create(
        db, "back", "示例二", Role.OFFICER, email="b@unit.example", telephone="023-11111111"
    )
    for one in (gone, back):
        await accounts.set_active(db, one.id, active=False)
    clock.now += timedelta(days=300)
    for active in (True, False):
        await accounts.set_active(db, back.id, active=active)
    clock.now += timedelta(days=66)
    assert await erase(db, YEARS) == {"accounts": 1}
    async with db.reading() as session:
        left = {one.login: (one.name, one.email) for one in await accounts.everyone(session)}
    assert left == {"gone": ("示例一", ""), "back": ("示例二", "b@unit.example")}


async def test_the_record_of_before_seals_is_read_as_it_was_written(db: Database) -> None:
    kept = await contacts.add(db, a_contact())
    details = {
        "district": "500103",
        "position": "handler",
        "name": NAME,
        "email": "",
        "telephone": "",
    }
    async with db.writing() as session:
        note(db, session, "u", Register.CONTACTS, RegisterAct.ENTERED, str(kept.id), details)
    async with db.reading() as session:
        of_before, of_now = await latest(session, Register.CONTACTS, limit=9)
    assert of_before.details == details
    assert of_now.details["email"] == "jingban@unit.example"
