"""What was noted after the end of a life comes back from the archive, and is named where it does not agree."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from command_line.told_life import Answer, Asked, tell_life
from domain import commands as c
from domain.addenda import Addendum, hashed
from domain.rebuilding import Book, How
from gateways.run_chain import ADDENDA
from store.codec import json_text, to_text
from store.engine import Database
from store.lives import addenda, old_records, problems, switching
from tests.store.test_rebuilding import (
    HISTORIES,
    approved,
    compared,
    kinds,
    live,
    proposed,
    rebuilt,
    rows_of,
    told_by,
)
from tests.worlds.databases import SteppingClock
from tests.worlds.guards import past_the_guards
from tests.worlds.life import OFFICER, SUPERVISOR

LIFE = "on_time"
LATER = c.RecordRegisterNumber(register=c.Register.NATIONAL_AIR, number="示例2号", by=OFFICER)


async def noted(db: Database) -> tuple[Addendum, ...]:
    """A life has ended, and two things were noted after its end."""
    told, db.now = told_by(LIFE), SteppingClock(datetime(2025, 6, 1, tzinfo=UTC))
    await live(db, told)
    mark = c.MarkTypicalCase(typical=True, reason="示例", by=SUPERVISOR)
    number = c.RecordRegisterNumber(register=c.Register.NATIONAL_AIR, number="示例1号", by=OFFICER)
    for cause, command in (("k1", mark), ("k2", number)):
        await addenda.note(db, told.problem_no, command, cause, told.rules)
    return await now_noted(db)


async def now_noted(db: Database) -> tuple[Addendum, ...]:
    """What counts."""
    async with db.reading() as session:
        return await addenda.of_problem(session, told_by(LIFE).problem_no)


def archived(folder: Path, added: tuple[Addendum, ...]) -> Answer:
    """What the archive tells of the life."""
    shutil.copy(HISTORIES / LIFE / "run.json", folder / "run.json")
    text = json_text([json.loads(to_text(one)) for one in added])
    if added:
        (folder / ADDENDA).write_text(text, encoding="utf-8")
    return tell_life(Asked(folder=folder, on_server=[], keys=()))


async def test_addenda_that_were_lost_come_back_with_what_the_lists_show(
    db: Database, tmp_path: Path
) -> None:
    added = await noted(db)
    before, right = await rows_of(db), archived(tmp_path, added).lived
    assert right is not None
    await past_the_guards(
        db, "DELETE FROM addenda WHERE number = 2", "UPDATE problems SET body = '{}'"
    )
    (found,) = await compared(db, right)
    assert kinds(found) == {(Book.ADDENDA, How.LACKS), (Book.PROBLEM, How.OTHERWISE)}
    assert await rebuilt(db, right) == (1, [])
    assert await now_noted(db) == added
    assert await rows_of(db) == before
    assert await addenda.note(db, right.problem_no, LATER, "k3", told_by(LIFE).rules) is not None
    assert [one.number for one in await now_noted(db)] == [1, 2, 3]
    (after,) = await compared(db, right)
    assert (after.differences, after.only_here) == ((), 1)


async def test_a_forged_addendum_is_named_counts_no_more_and_can_still_be_read(
    db: Database, tmp_path: Path
) -> None:
    added = await noted(db)
    right = archived(tmp_path, added).lived
    assert right is not None
    await past_the_guards(db, "UPDATE addenda SET body = replace(body, '示例1号', '伪造9号')")
    (found,) = await compared(db, right)
    assert (Book.ADDENDA, How.OTHERWISE) in kinds(found)
    assert any("伪造9号" in one.words and "示例1号" in one.words for one in found.differences)
    assert await rebuilt(db, right) == (1, [])
    assert await now_noted(db) == added
    async with db.reading() as session:
        forged, _ = await old_records.of_problem(session, right.problem_no)
        problem = await problems.get(session, right.problem_no)
    assert "伪造9号" in str(forged["addenda"])
    assert problem is not None
    assert "伪造9号" not in to_text(problem)


async def test_what_the_archive_does_not_hold_yet_stays_and_is_counted(
    db: Database, tmp_path: Path
) -> None:
    added = await noted(db)
    right = archived(tmp_path, added[:1]).lived
    assert right is not None
    (found,) = await compared(db, right)
    assert (found.differences, found.only_here) == ((), 1)
    await past_the_guards(db, "UPDATE problems SET points = 9")
    row = await compared(db, right)
    assert kinds(row[0]) == {(Book.PROBLEM, How.OTHERWISE)}
    assert await rebuilt(db, right) == (1, [])
    assert await now_noted(db) == added


async def test_a_source_that_knows_of_none_leaves_them(db: Database) -> None:
    added = await noted(db)
    right = tell_life(Asked(folder=HISTORIES / LIFE, on_server=[], keys=())).lived
    assert right is not None
    assert right.addenda is None
    await past_the_guards(db, "UPDATE problems SET points = 9")
    assert await rebuilt(db, right) == (1, [])
    assert await now_noted(db) == added


async def test_what_was_noted_between_proposal_and_switch_stays(
    db: Database, tmp_path: Path
) -> None:
    added = await noted(db)
    right = archived(tmp_path, added).lived
    assert right is not None
    row = await proposed(db, right)
    await approved(db, row)
    await addenda.note(db, right.problem_no, LATER, "k3", told_by(LIFE).rules)
    assert await switching.switch(db, row.id) == (1, [])
    assert [one.cause for one in await now_noted(db)] == ["k1", "k2", "k3"]


@pytest.mark.parametrize("broken", ["{}", "[1]", "no json"])
def test_a_file_of_addenda_that_cannot_be_read_is_named_and_the_life_told(
    tmp_path: Path, broken: str
) -> None:
    archived(tmp_path, ())
    (tmp_path / ADDENDA).write_text(broken, encoding="utf-8")
    answer = tell_life(Asked(folder=tmp_path, on_server=[], keys=()))
    assert answer.lived is not None
    assert ADDENDA in answer.unknown


async def test_a_forged_file_of_addenda_is_named_and_never_written_down(
    db: Database, tmp_path: Path
) -> None:
    first, second = await noted(db)
    forged = hashed(replace(second, previous="0" * 64))
    answer = archived(tmp_path, (first, forged))
    assert answer.lived is not None
    assert answer.lived.addenda is None
    assert "第 2 项补记" in answer.unknown
