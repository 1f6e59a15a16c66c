"""The lists people search, and the scores of the districts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import InvalidRequestError

from domain import commands as c
from domain.problem import Problem, Proof
from domain.proof import ProofKind
from domain.stages import Stage
from store.engine import Database
from store.lives import problems, texts
from store.lives.lists import (
    CursorInvalid,
    ProblemFilter,
    counts,
    page,
    supervisory_list,
)
from store.lives.records import record
from store.lives.waiting import waiting_for_us
from store.mail.notice_log import unproven
from store.points import ledger
from store.tables import DeliveryRow, LedgerRow, NoticeRow, ProblemRow
from tests.worlds.databases import NOON
from tests.worlds.life import OFFICER, Life, transferred
from tests.worlds.recorded_lives import closed_life, keep, listed_life, waiting_life

LATER = NOON + timedelta(days=30)


async def _insert(db: Database, *rows: Problem) -> None:
    async with db.writing() as session:
        values = [problems.columns(problem, NOON) for problem in rows]
        await session.execute(insert(ProblemRow), values)
        await texts.add(session, rows)


def _variant(problem: Problem, number: str, **facts: object) -> Problem:
    changed = replace(problem.facts, **facts)  # type: ignore[arg-type]  # test builder
    return replace(problem, problem_no=number, facts=changed, district=changed.district)


def _told(problem: Problem) -> Problem:
    """The same, the notice of its last round proven to have arrived: nobody else is ever late."""
    last = problem.rounds[-1]
    proof = Proof(kind=ProofKind.LINK_OPENED, recipient="a@example.cn", at=last.opened_at)
    return replace(problem, rounds=(*problem.rounds[:-1], replace(last, proof=proof)))


async def _some(db: Database) -> None:
    waiting, listed, closed = (
        _told(life.problem) for life in (waiting_life(), listed_life(), closed_life())
    )
    await _insert(
        db,
        _variant(closed, "CQ2024-0001"),
        _variant(listed, "CQ2024-0002", district="500106", enterprise="示例100%铸造厂"),
        _variant(waiting, "CQ2024-0003", key_content="fraud", credit_code="91500000MA5EXAMPLE"),
        _variant(waiting, "CQ2024-0004"),
    )


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ProblemFilter(), [4, 3, 2, 1]),
        (ProblemFilter(district="500106"), [2]),
        (ProblemFilter(stage=Stage.CLOSED), [1]),
        (ProblemFilter(level=1), [2]),
        (ProblemFilter(listed=True), [2]),
        (ProblemFilter(listed=False), [4, 3, 1]),
        (ProblemFilter(key_content="fraud"), [3]),
        (ProblemFilter(general=True), [4, 2, 1]),
        (ProblemFilter(general=False), [3]),
        (ProblemFilter(overdue=True, now=NOON), []),
        (ProblemFilter(overdue=True, now=LATER), [2, 3, 4]),
        (ProblemFilter(due_before=NOON), []),
        (ProblemFilter(due_before=LATER, listed=False), [3, 4]),
        (ProblemFilter(due_after=NOON), [2, 3, 4]),
        (ProblemFilter(due_after=LATER), []),
        (ProblemFilter(text="100%"), [2]),
        (ProblemFilter(text="铸造"), [2]),
        (ProblemFilter(text="MA5EX"), [3]),
        (ProblemFilter(text="2024-0004"), [4]),
        (ProblemFilter(text="无此企业"), []),
    ],
)
async def test_a_filter_shows_what_it_says(
    db: Database, wanted: ProblemFilter, found: list[int]
) -> None:
    await _some(db)
    async with db.reading() as session:
        shown = await page(session, wanted, with_total=True)
    assert [row.problem_no for row in shown.rows] == [f"CQ2024-{n:04d}" for n in found]
    assert shown.total == len(found)
    assert shown.next_cursor is None


@pytest.mark.parametrize("wanted", [ProblemFilter(), ProblemFilter(due_before=LATER)])
async def test_turning_pages_shows_every_problem_once(db: Database, wanted: ProblemFilter) -> None:
    waiting = waiting_life().problem
    await _insert(db, *(_variant(waiting, f"CQ2024-{n:04d}") for n in range(1, 24)))
    seen: list[str] = []
    cursor: str | None = None
    async with db.reading() as session:
        while True:
            shown = await page(session, wanted, cursor, 5)
            seen += [row.problem_no for row in shown.rows]
            cursor = shown.next_cursor
            if cursor is None:
                break
    assert len(seen) == len(set(seen)) == 23


@pytest.mark.parametrize("cursor", ["x", "e30=", "WzEsMl0=", "中文", "WyJ4IiwgIngiXQ=="])
async def test_a_cursor_that_is_not_ours_is_refused_in_chinese(db: Database, cursor: str) -> None:
    async with db.reading() as session:
        with pytest.raises(CursorInvalid, match="翻页标记无效"):
            await page(session, ProblemFilter(due_before=LATER), cursor)


async def test_overdue_without_an_instant_is_a_mistake_of_ours(db: Database) -> None:
    async with db.reading() as session:
        with pytest.raises(ValueError, match="instant"):
            await page(session, ProblemFilter(overdue=True))


async def test_a_page_does_not_carry_the_whole_problems(db: Database) -> None:
    await _some(db)
    async with db.reading() as session:
        shown = await page(session, ProblemFilter())
        with pytest.raises(InvalidRequestError):
            _ = shown.rows[0].body


async def test_the_supervisory_list_shows_who_stands_on_it_now(db: Database) -> None:
    await _some(db)
    async with db.reading() as session:
        assert [row.problem_no for row in await supervisory_list(session)] == ["CQ2024-0002"]


async def test_the_dashboard_counts_what_is_there(db: Database) -> None:
    await _some(db)
    due_at = waiting_life().problem.rounds[0].due_at
    async with db.reading() as session:
        before = await counts(session, due_at - timedelta(days=2))
        after = await counts(session, due_at)
    assert before.by_stage == {Stage.CLOSED: 1, Stage.AWAITING_FEEDBACK: 3}
    assert before.by_level == {0: 3, 1: 1}
    assert (before.total, before.listed, before.overdue) == (4, 1, 0)
    assert after.overdue == 3


async def test_an_empty_store_counts_nothing(db: Database) -> None:
    async with db.reading() as session:
        empty = await counts(session, NOON)
        assert await ledger.scores(session, 2024) == ()
    assert (empty.total, empty.listed, empty.overdue) == (0, 0, 0)


def _reversal(row: LedgerRow) -> dict[str, object]:
    return {**row.model_dump(exclude={"id"}), "kind": ledger.REVERSAL}


async def test_a_reversal_gives_the_points_back_and_stays_visible(db: Database) -> None:
    await keep(db, closed_life())
    async with db.writing() as session:
        first = (await ledger.of_problem(session, "CQ2024-0001"))[0]
        await session.execute(insert(LedgerRow), [_reversal(first)])
    async with db.reading() as session:
        (score,) = await ledger.scores(session, 2024)
        rows = await ledger.rows(session, "500103", 2024)
    assert score.points == Decimal("2.7") - first.points
    assert (score.deductions, score.problems, len(rows)) == (3, 1, 4)


async def test_scores_are_kept_apart_by_year_and_district(db: Database) -> None:
    await keep(db, closed_life())
    async with db.writing() as session:
        first = (await ledger.of_problem(session, "CQ2024-0001"))[0]
        values = first.model_dump(exclude={"id"})
        other = {**values, "problem_no": "CQ2024-0009", "district": "500106"}
        next_year = {**values, "problem_no": "CQ2024-0008", "year": 2025}
        next_year["on_day"] = date(2025, 1, 2)
        await session.execute(insert(LedgerRow), [other, next_year])
    async with db.reading() as session:
        scores = await ledger.scores(session, 2024)
        assert [(s.district, s.points) for s in scores] == [
            ("500103", Decimal("2.7")),
            ("500106", first.points),
        ]
        assert [s.points for s in await ledger.scores(session, 2025)] == [first.points]
        assert len(await ledger.rows(session, year=2025)) == 1


async def test_the_desk_finds_what_the_bureau_owes(db: Database) -> None:
    told = transferred()
    told.prove()
    answered = transferred()
    answered.answer()
    untransferred = Life()
    untransferred.register()
    await _insert(
        db,
        _variant(told.problem, "CQ2024-0001"),
        _variant(answered.problem, "CQ2024-0002"),
        _variant(untransferred.problem, "CQ2024-0003"),
        _variant(closed_life().problem, "CQ2024-0004"),
    )
    async with db.reading() as session:
        ours = await waiting_for_us(session)
    assert [one.problem_no for one, _ in ours.problems] == ["CQ2024-0002", "CQ2024-0003"]


async def test_what_a_list_brings_is_bounded_and_its_rest_counted(db: Database) -> None:
    answered, told = transferred(), transferred()
    answered.answer()
    numbers = [f"CQ2024-{number:04}" for number in range(1, 31)]
    await _insert(
        db,
        *(_variant(told.problem, number) for number in numbers),
        _variant(answered.problem, "CQ2024-0031"),
    )
    async with db.reading() as session:
        ours = await waiting_for_us(session, most=10)
    found = [one.problem_no for one, _ in ours.problems]
    assert found == ["CQ2024-0031", *numbers[:10]]
    assert ours.unread == 20


async def test_the_desk_finds_all_that_waits_however_much_it_is(db: Database) -> None:
    answered = transferred()
    answered.answer()
    numbers = [f"CQ2024-{number:04}" for number in range(1, 131)]
    await _insert(db, *(_variant(answered.problem, number) for number in numbers))
    async with db.reading() as session:
        ours = await waiting_for_us(session)
    assert [one.problem_no for one, _ in ours.problems] == numbers


@pytest.mark.parametrize(
    ("state", "minutes", "found"),
    [("refused", 40, 1), ("waiting", 40, 1), ("accepted", 40, 0), ("refused", -40, 0)],
)
async def test_a_round_is_unproven_until_its_notice_was_accepted(
    db: Database, state: str, minutes: int, found: int
) -> None:
    life = transferred()
    await record(db, "CQ2024-0001", life.history, life.notices)
    async with db.writing() as session:
        (notice,) = await session.scalars(select(NoticeRow))
        session.add(
            DeliveryRow(
                notice_key=notice.key,
                recipient="handler@example.com",
                position="handler",
                message_id="m-1",
                state=state,
            )
        )
    async with db.reading() as session:
        shown = await unproven(session, notice.ordered_at + timedelta(minutes=minutes))
    assert len(shown) == found


async def test_service_that_an_officer_recorded_is_proof_too(db: Database) -> None:
    life = transferred()
    life.do(c.RecordService(served_on=life.today, means="直接送达", by=OFFICER))
    await record(db, "CQ2024-0001", life.history, life.notices)
    async with db.reading() as session:
        assert await unproven(session, NOON + timedelta(days=1)) == ()
