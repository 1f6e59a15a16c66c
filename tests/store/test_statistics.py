"""What the statistics count, on both databases, and that they read no table from end to end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import event, text

from store.engine import Database
from store.lives import statistics
from store.lives.statistics import Figures
from tests.worlds.databases import NOON
from tests.worlds.life import transferred
from tests.worlds.recorded_lives import closed_life, keep, listed_life, waiting_life

LATER = NOON + timedelta(days=30)


async def _a_year(db: Database) -> None:
    for number, life in enumerate((waiting_life(), listed_life(), closed_life()), 1):
        await keep(db, life, f"CQ2024-000{number}")


async def test_what_was_transferred_in_a_year_is_told_apart_by_its_state(db: Database) -> None:
    await _a_year(db)
    async with db.reading() as session:
        found = await statistics.by_district(session, 2024, LATER)
        before = await statistics.by_district(session, 2023, LATER)
    total = sum(found.values(), Figures())
    assert (total.transferred, total.open, total.listed, total.closed) == (3, 2, 1, 1)
    assert total.overdue <= total.open
    assert before == {}


async def test_kinds_months_and_days_add_up_to_the_same_problems(db: Database) -> None:
    await _a_year(db)
    async with db.reading() as session:
        kinds = [
            await statistics.by_content(session, 2024, LATER),
            await statistics.by_source(session, 2024, LATER),
            await statistics.by_batch(session, 2024, LATER),
        ]
        months = await statistics.by_month(session, 2024)
        days = await statistics.days_to_closure(session, 2024)
        due = await statistics.falling_due(session, date(2024, 1, 1), date(2024, 12, 31))
    assert [sum(one.values(), Figures()).transferred for one in kinds] == [3, 3, 3]
    assert sum(one.transferred for one in months) == 3
    assert sum(one.closed for one in months) == 1
    assert sum(one.deductions for one in months) >= 1
    assert all(found > 0 for found in days.values())
    assert len(days) == 1
    assert sum(due.values()) == 2


async def test_a_problem_of_several_contents_counts_in_each(db: Database) -> None:
    life = transferred(key_content="open_burning", further_contents=("construction_dust",))
    await keep(db, life)
    async with db.reading() as session:
        found = await statistics.by_content(session, 2024, LATER)
    one = Figures(transferred=1, open=1)
    assert found == {"open_burning": one, "construction_dust": one}


async def test_every_count_goes_by_an_index(db: Database) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    engine = db._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        async with db.reading() as session:
            await statistics.by_district(session, 2024, NOON)
            await statistics.by_month(session, 2024)
            await statistics.days_to_closure(session, 2024)
            await statistics.falling_due(session, date(2024, 6, 1), date(2024, 7, 1))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    async with db.reading() as session:
        if not db.on_sqlite:
            # With so few rows PostgreSQL reads the table, unless it is told that this is dear.
            await session.execute(text("SET LOCAL enable_seqscan = off"))
        connection = await session.connection()
        for statement, parameters in asked:
            explain = "EXPLAIN QUERY PLAN " if db.on_sqlite else "EXPLAIN "
            rows = await connection.exec_driver_sql(explain + statement, parameters)
            plan = "\n".join(" ".join(map(str, row)) for row in rows)
            assert "SCAN problems" not in plan, plan
            assert "Seq Scan" not in plan, plan
    assert len(asked) == 6
