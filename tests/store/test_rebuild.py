"""The read model is a fold of the event log: dropped and rebuilt, it is the same byte for byte."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, text, update

from store.engine import Database
from store.lives import rebuild, records
from store.points import ledger
from store.tables import ProblemRow
from tests.worlds.recorded_lives import (
    closed_life,
    keep,
    listed_life,
    problem_rows,
    under_number,
    waiting_life,
)


async def _fill(db: Database) -> None:
    await keep(db, closed_life(), "CQ2024-0001")
    await keep(db, listed_life(), "CQ2024-0002")
    history = under_number(waiting_life().history, "CQ2024-0003")
    await records.record(db, "CQ2024-0003", history, [], row_key="list-1#3")


async def test_a_rebuilt_read_model_is_equal_byte_for_byte(db: Database) -> None:
    await _fill(db)
    before = await problem_rows(db)
    assert await rebuild.rebuild(db) == 3
    assert await problem_rows(db) == before
    assert before[2]["row_key"] == "list-1#3"


async def test_a_lost_read_model_comes_back_but_for_the_row_keys(db: Database) -> None:
    await _fill(db)
    before = await problem_rows(db)
    async with db.writing() as session:
        await session.execute(delete(ProblemRow))
    await rebuild.rebuild(db)
    assert await problem_rows(db) == [{**row, "row_key": None} for row in before]


async def test_a_tampered_read_model_is_put_right(db: Database) -> None:
    await _fill(db)
    before = await problem_rows(db)
    async with db.writing() as session:
        await session.execute(update(ProblemRow).values(listed=False, points=0, body="{}"))
    await rebuild.rebuild(db)
    assert await problem_rows(db) == before


async def test_more_problems_than_fit_in_one_step_are_all_rebuilt(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill(db)
    before = await problem_rows(db)
    monkeypatch.setattr(rebuild, "_AT_A_TIME", 2)
    assert await rebuild.rebuild(db) == 3
    assert await problem_rows(db) == before


async def test_a_rebuild_posts_no_deduction_twice(db: Database) -> None:
    await _fill(db)
    async with db.reading() as session:
        before = await ledger.rows(session)
    await rebuild.rebuild(db)
    async with db.reading() as session:
        assert await ledger.rows(session) == before


async def test_a_rebuild_posts_the_deductions_that_a_restored_ledger_lacks(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    await _fill(db)
    async with db.reading() as session:
        before = await ledger.scores(session, 2024)
    async with db.writing() as session:
        await session.execute(text("DROP TRIGGER ledger_no_delete"))
        await session.execute(text("DELETE FROM ledger"))
    await rebuild.rebuild(db)
    async with db.reading() as session:
        assert await ledger.scores(session, 2024) == before
    await db.dispose()


async def test_an_empty_store_rebuilds_to_nothing(db: Database) -> None:
    assert await rebuild.rebuild(db) == 0
