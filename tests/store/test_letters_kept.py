"""What people wrote stays as it came; long after somebody dealt with it, it is erased as a whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.commands import EvidenceFile
from store.engine import Database
from store.keeping import unreferenced
from store.keeping.retention import Keeping, erase
from store.keeping.seals import ERASED
from store.mail import letters
from store.mail.letters import LetterKind, NewLetter
from tests.worlds.databases import SteppingClock

FILE = EvidenceFile(sha256="f" * 64, name="整改表.xlsx", media_type="application/zip", size=6)


async def a_letter(db: Database, letter_id: str = "a" * 64) -> None:
    new = NewLetter(
        id=letter_id,
        kind=LetterKind.WRITTEN,
        sender="jingban@yuzhong.example",
        subject="回复",
        text="整改表见附件。",
        sent_at=None,
        problem_no="",
        files=(FILE,),
        left_out=(),
    )
    await letters.keep(db, new)


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE letters SET text = 'bent'",
        "UPDATE letters SET files = '[]'",
        "UPDATE letters SET done_by = 'another', done_at = arrived_at",
        "DELETE FROM letters",
    ],
)
async def test_a_letter_is_neither_altered_nor_removed(db: Database, act: str) -> None:
    await a_letter(db)
    await letters.settle(db, "a" * 64, "one")
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.writing() as session:
            await session.execute(text(act))


async def test_long_after_it_was_dealt_with_its_words_and_files_go_and_the_fact_stays(
    db: Database, clock: SteppingClock
) -> None:
    await a_letter(db)
    await a_letter(db, "b" * 64)
    await letters.settle(db, "a" * 64, "one")
    keeping = Keeping(signers_days=0, drafts_days=0, letters_days=365)
    clock.now += timedelta(days=364)
    assert await erase(db, keeping) == {}
    clock.now += timedelta(days=2)
    assert await erase(db, keeping) == {"letters": 1}
    assert await erase(db, keeping) == {}
    async with db.reading() as session:
        row = await letters.get(session, "a" * 64)
        other = await letters.get(session, "b" * 64)
    assert (row.sender, row.subject, row.text, row.files) == ("", ERASED, "", "[]")
    assert (row.done_by, row.erased_at) == ("one", clock.now)
    assert (other.text, other.erased_at) == ("整改表见附件。", None)
    assert await unreferenced.unreferred(db, {FILE.sha256}) == set(), "the other letter has it"
    await a_letter(db)
    async with db.reading() as session:
        assert (await letters.get(session, "a" * 64)).text == ""
