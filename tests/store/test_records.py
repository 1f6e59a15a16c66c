"""Writing decisions down: whole or not at all, once, in order."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, func, select

from domain.events import PointsDeducted
from store.codec import event_from, problem_from, to_text
from store.engine import Database
from store.lives import event_log, problems, records
from store.points import ledger
from store.tables import EventRow, LedgerRow, NoticeRow, ProblemRow
from tests.worlds.recorded_lives import (
    closed_life,
    decisions,
    keep,
    listed_life,
    notices_under_number,
    problem_rows,
    under_number,
    waiting_life,
)

NO = "CQ2024-0001"


async def count(db: Database, table: type[SQLModel]) -> int:
    async with db.reading() as session:
        return int((await session.scalars(select(func.count()).select_from(table))).one())


async def contents(db: Database) -> tuple[int, ...]:
    return tuple([await count(db, table) for table in (ProblemRow, EventRow, LedgerRow, NoticeRow)])


async def test_a_whole_life_is_read_back_as_it_was(db: Database) -> None:
    life = closed_life()
    for decision in decisions(life.history):
        await records.record(db, NO, decision, [])
    async with db.reading() as session:
        assert await event_log.timeline(session, NO) == tuple(life.history)
        assert await problems.get(session, NO) == life.problem


async def test_recording_again_changes_nothing(db: Database) -> None:
    life = listed_life()
    last = await records.record(db, NO, life.history, life.notices, row_key="list-1")
    before = (await contents(db), await problem_rows(db))
    assert await records.record(db, NO, life.history, life.notices, row_key="list-1") == last
    assert await records.record(db, NO, life.history[:3], []) == 3
    assert (await contents(db), await problem_rows(db)) == before
    assert last == life.problem.seq


async def test_what_was_recorded_in_part_is_completed(db: Database) -> None:
    life = listed_life()
    await records.record(db, NO, life.history[:3], [])
    await records.record(db, NO, life.history, life.notices)
    async with db.reading() as session:
        assert await problems.get(session, NO) == life.problem
        assert await event_log.timeline(session, NO) == tuple(life.history)


async def test_another_event_under_the_same_number_is_a_conflict(db: Database) -> None:
    life = listed_life()
    await records.record(db, NO, life.history, [])
    before = await contents(db)
    other = replace(life.history[-1], at=life.history[-1].at + timedelta(seconds=1))
    with pytest.raises(records.RecordConflict, match=f"第{other.seq}号事件"):
        await records.record(db, NO, [other], life.notices)
    assert await contents(db) == before


async def test_a_gap_in_the_numbers_is_a_conflict(db: Database) -> None:
    life = listed_life()
    await records.record(db, NO, life.history[:3], [])
    with pytest.raises(records.RecordConflict):
        await records.record(db, NO, life.history[4:], [])
    assert await count(db, EventRow) == 3


async def test_a_life_is_not_recorded_under_another_problems_number(db: Database) -> None:
    with pytest.raises(records.RecordConflict, match="CQ2024-0001"):
        await records.record(db, "CQ2024-0002", waiting_life().history, [])
    assert await contents(db) == (0, 0, 0, 0)


async def test_a_row_of_a_list_becomes_one_problem_only(db: Database) -> None:
    history = waiting_life().history
    await records.record(db, NO, history, [], row_key="list-1#7")
    other = under_number(history, "CQ2024-0002")
    with pytest.raises(records.RecordConflict):
        await records.record(db, "CQ2024-0002", other, [], row_key="list-1#7")
    async with db.reading() as session:
        assert await problems.by_row_key(session, "list-1#7") == NO
        assert await problems.by_row_key(session, "list-1#8") is None
    assert await count(db, EventRow) == len(history)


async def test_a_notice_is_ordered_once_and_read_back_as_ordered(db: Database) -> None:
    life = listed_life()
    await records.record(db, NO, life.history, life.notices)
    async with db.reading() as session:
        rows = {row.key: row for row in await session.scalars(select(NoticeRow))}
    assert {key: records.order_of(row) for key, row in rows.items()} == {
        order.key: order for order in life.notices
    }
    assert {row.state for row in rows.values()} == {"waiting"}


async def test_a_notice_ordered_twice_keeps_what_became_of_it(db: Database) -> None:
    life = listed_life()
    await records.record(db, NO, life.history[:3], life.notices[:1])
    async with db.writing() as session:
        (await session.get_one(NoticeRow, (life.notices[0].key, 0))).state = "handed_over"
    await records.record(db, NO, life.history, life.notices)
    async with db.reading() as session:
        assert (await session.get_one(NoticeRow, (life.notices[0].key, 0))).state == "handed_over"


async def test_every_deduction_is_one_ledger_row(db: Database) -> None:
    life = closed_life()
    await keep(db, life)
    deducted = [r for r in life.history if isinstance(r.event, PointsDeducted)]
    async with db.reading() as session:
        rows = await ledger.of_problem(session, NO)
        by_district = await ledger.rows(session, "500103", 2024)
        row = await problems.row(session, NO)
    assert [row.seq for row in rows] == [r.seq for r in deducted]
    assert len(rows) == 3
    assert sum(row.points for row in rows) == life.problem.points == Decimal("2.7")
    assert row is not None
    assert row.points == life.problem.points
    assert by_district == rows


async def test_the_same_deduction_under_two_events_is_a_conflict(db: Database) -> None:
    life = listed_life()
    await records.record(db, NO, life.history, [])
    deduction = next(r for r in life.history if isinstance(r.event, PointsDeducted))
    again = replace(deduction, seq=life.problem.seq + 1)
    with pytest.raises(records.RecordConflict):
        await records.record(db, NO, [again], [])
    assert await count(db, LedgerRow) == 1
    assert await count(db, EventRow) == life.problem.seq


@pytest.mark.parametrize("table", ["events", "ledger"])
@pytest.mark.parametrize("act", ["UPDATE {} SET problem_no = 'x'", "DELETE FROM {}"])
async def test_the_log_and_the_ledger_cannot_be_changed(db: Database, table: str, act: str) -> None:
    life = listed_life()
    await records.record(db, NO, life.history, [])
    before = await contents(db)
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.writing() as session:
            await session.execute(text(act.format(table)))
    assert await contents(db) == before


async def test_an_error_in_the_middle_leaves_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = listed_life()

    async def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(ledger, "post", broken)
    with pytest.raises(OSError, match="disk full"):
        await records.record(db, NO, life.history, life.notices)
    assert await contents(db) == (0, 0, 0, 0)
    monkeypatch.undo()
    await records.record(db, NO, life.history, life.notices)
    assert (await contents(db))[0] == 1


@pytest.mark.parametrize("dies_in", ["ledger.post", "problems.columns", "records.notice_values"])
async def test_a_process_killed_in_the_middle_leaves_nothing(
    db: Database, url: str, dies_in: str
) -> None:
    module, function = dies_in.split(".")
    script = f"""
import asyncio, os
from store.engine import Database
from store.lives import problems, records
from store.points import ledger
from tests.worlds.recorded_lives import listed_life

async def main():
    life = listed_life()
    setattr({module}, {function!r}, lambda *_: os._exit(9))
    await records.record(Database({url!r}), "CQ2024-0001", life.history, life.notices)

asyncio.run(main())
"""
    root = Path(__file__).parent.parent.parent
    died = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", script], cwd=root)
    assert died.returncode == 9
    assert await contents(db) == (0, 0, 0, 0)
    life = listed_life()
    await records.record(db, NO, life.history, life.notices)
    assert await count(db, EventRow) == len(life.history)


async def test_twenty_writers_at_once_all_get_through(db: Database) -> None:
    life = listed_life()
    numbers = [f"CQ2024-{n:04d}" for n in range(1, 21)]

    async def write(number: str) -> None:
        notices = notices_under_number(life.notices, number)
        for decision in decisions(under_number(life.history, number)):
            await records.record(db, number, decision, notices)

    await asyncio.gather(*(write(number) for number in numbers))
    assert await count(db, EventRow) == 20 * len(life.history)
    assert await count(db, NoticeRow) == 20 * len(life.notices)
    async with db.reading() as session:
        (score,) = await ledger.scores(session, 2024)
    assert (score.deductions, score.problems, score.points) == (20, 20, Decimal(4))


async def test_the_same_decision_from_twenty_sides_is_recorded_once(db: Database) -> None:
    life = listed_life()
    await asyncio.gather(*(records.record(db, NO, life.history, life.notices) for _ in range(20)))
    assert await contents(db) == (1, len(life.history), 1, len(life.notices))


async def test_two_processes_write_one_database(db: Database, url: str) -> None:
    script = f"""
import asyncio, sys
from store.lives import records
from store.engine import Database
from tests.worlds.recorded_lives import decisions, listed_life, under_number

async def main():
    db = Database({url!r})
    for n in range(5):
        number = f"CQ2024-{{int(sys.argv[1]) + n:04d}}"
        for decision in decisions(under_number(listed_life().history, number)):
            await records.record(db, number, decision, [])
    await db.dispose()

asyncio.run(main())
"""
    root = Path(__file__).parent.parent.parent
    both = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", script, first, cwd=root)
        for first in ("100", "200")
    ]
    assert [await process.wait() for process in both] == [0, 0]
    assert await count(db, EventRow) == 10 * len(listed_life().history)


async def test_a_listed_problem_shows_its_first_ground_and_its_stay(db: Database) -> None:
    await keep(db, listed_life())
    async with db.reading() as session:
        row = await problems.row(session, NO)
    assert row is not None
    assert (row.listed, row.list_reason, row.level) == (True, "no_feedback", 1)
    assert (row.stage, row.round_no) == ("awaiting_feedback", 1)
    assert row.due_at == listed_life().problem.rounds[0].due_at
    assert row.listed_on is not None


async def test_a_closed_problem_keeps_the_ground_of_its_last_stay(db: Database) -> None:
    await keep(db, closed_life())
    async with db.reading() as session:
        row = await problems.row(session, NO)
    assert row is not None
    assert (row.listed, row.list_reason, row.level) == (False, "no_feedback", 0)
    assert (row.stage, row.due_at, row.due_on) == ("closed", None, None)
    assert row.closed_on == closed_life().problem.closed_on


def test_an_event_under_a_wrong_tag_is_refused() -> None:
    event = waiting_life().history[0].event
    with pytest.raises(ValueError, match="problem:registered"):
        event_from("problem:transferred", to_text(event))


def test_equal_values_give_equal_bytes_and_come_back_equal() -> None:
    life = closed_life()
    assert problem_from(to_text(life.problem)) == life.problem
    assert to_text(problem_from(to_text(life.problem))) == to_text(life.problem)
    for recorded in life.history:
        text = to_text(recorded.event)
        assert event_from(recorded.event.tag, text) == recorded.event
        assert to_text(event_from(recorded.event.tag, text)) == text


@given(cuts=st.lists(st.integers(1, 60), max_size=6), repeat=st.integers(0, 3))
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_however_a_history_is_cut_and_repeated_the_result_is_the_same(
    db: Database, cuts: list[int], repeat: int
) -> None:
    life = closed_life()
    number = f"CQ2024-{abs(hash((tuple(cuts), repeat))) % 10**9:09d}"
    history = under_number(life.history, number)
    for cut in [*sorted(cuts), len(history)]:
        for _ in range(repeat + 1):
            await records.record(db, number, history[:cut], [])
    async with db.reading() as session:
        assert await event_log.timeline(session, number) == history
        assert await problems.get(session, number) == replace(life.problem, problem_no=number)
