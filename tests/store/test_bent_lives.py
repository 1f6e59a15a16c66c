"""What the store shows of lives that do not go straight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import col, select

from domain import commands as c
from store.engine import Database
from store.lives import lists, problems
from store.lives.lists import ProblemFilter
from store.lives.rebuild import rebuild
from store.lives.records import record
from store.points import ledger
from store.tables import LedgerRow
from tests.worlds.life import OFFICER, SUPERVISOR, Life, transferred


async def kept(db: Database, life: Life) -> None:
    await record(db, life.problem.problem_no, life.history, life.notices)


async def test_a_reversal_is_a_row_of_its_own_that_names_what_it_takes_back(db: Database) -> None:
    life = transferred()
    life.until(date(2024, 7, 12))
    life.answer_appeal(life.appeal(), uphold=True)
    life.agree()
    await kept(db, life)
    async with db.reading() as session:
        deduction, reversal = await session.scalars(select(LedgerRow).order_by(col(LedgerRow.id)))
        (score,) = await ledger.scores(session, 2024)
    assert (deduction.kind, reversal.kind) == (ledger.DEDUCTION, ledger.REVERSAL)
    assert reversal.reverses == deduction.seq
    assert reversal.points == deduction.points == Decimal("0.2")
    assert (score.points, score.deductions) == (Decimal(0), 1)


async def test_the_lists_know_what_waits_for_the_bureau_and_what_is_suspended(db: Database) -> None:
    life = transferred()
    life.ask_for_time()
    life.propose(c.SuspendProblem(review_on=date(2024, 8, 1)))
    await kept(db, life)
    async with db.reading() as session:
        row = await problems.row(session, "CQ2024-0001")
    assert row is not None
    assert row.waiting == "|extension|service|proposal|"
    assert not row.suspended
    life.agree()
    await kept(db, life)
    async with db.reading() as session:
        row = await problems.row(session, "CQ2024-0001")
    assert row is not None
    assert (row.suspended, row.waiting) == (True, "|suspension|extension|service|")


async def test_rebuilding_gives_the_same_rows_after_everything_that_bends(db: Database) -> None:
    life = transferred()
    life.until(date(2024, 7, 12))
    life.answer_appeal(life.appeal(), uphold=True)
    life.agree()
    life.suspend()
    life.do(c.MarkTypicalCase(typical=True, reason="示例", by=SUPERVISOR))
    life.do(c.RecordRegisterNumber(register=c.Register.NATIONAL_AIR, number="示例1号", by=OFFICER))
    await kept(db, life)
    async with db.reading() as session:
        before = await problems.row(session, "CQ2024-0001")
    assert before is not None
    await rebuild(db)
    async with db.reading() as session:
        after = await problems.row(session, "CQ2024-0001")
        rows = list(await session.scalars(select(LedgerRow)))
    assert after is not None
    assert after.model_dump() == before.model_dump()
    assert len(rows) == 2


@pytest.mark.parametrize("stop", [Life.suspend, Life.object])
async def test_nobody_is_shown_as_late_while_the_clock_stands_or_the_owner_is_undecided(
    db: Database, stop: Callable[[Life], object]
) -> None:
    life = transferred()
    stop(life)
    life.until(date(2024, 7, 20))
    await kept(db, life)
    late = ProblemFilter(overdue=True, now=life.now)
    async with db.reading() as session:
        assert (await lists.page(session, late)).rows == ()
        assert (await lists.counts(session, life.now)).overdue == 0
