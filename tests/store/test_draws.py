"""Draws are kept as announced and as drawn, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.draw.announcing import rule_of
from domain.draw.checking import differences
from domain.policy import AccountCap, Within, content_hash
from domain.refusals import Refusal
from domain.stages import Stage
from store.engine import Database
from store.lives.problems import columns
from store.refusing import StoreRefused
from store.registers import draws, rule_books
from store.registers.draws import Draw
from store.tables import LedgerRow, ProblemRow
from tests.worlds.databases import SteppingClock
from tests.worlds.life import default_rules
from tests.worlds.problems import problem

SEED_ON = date(2024, 6, 27)
RULE = rule_of(default_rules().policy)


@pytest.fixture(autouse=True)
async def waiting(db: Database) -> None:
    """Six problems that await their revisit, one of a key content, and one that does not."""
    there = [problem(n) for n in range(1, 6)]
    there.append(problem(6, content="covert_discharge"))
    async with db.writing() as session:
        for one in there:
            session.add(ProblemRow(**columns(one, db.now())))
        closed = columns(problem(7), db.now()) | {"stage": Stage.CLOSED.value}
        session.add(ProblemRow(**closed))


async def announced(db: Database, draw_id: str = "draw-1", source: str = "示例彩票") -> Draw:
    return await draws.announce_draw(
        db, draw_id, seed_source=source, seed_on=SEED_ON, rule=RULE, by_id="officer"
    )


async def test_a_districts_weight_is_its_account_not_what_a_cap_swallowed(db: Database) -> None:
    cap = AccountCap(rules=("falsified",), points=Decimal(1), within=Within.YEAR, clause="示例")
    policy = replace(default_rules("jinhua").policy, version="示例", account_caps=(cap,))
    rows = [
        LedgerRow(
            problem_no=f"CQ2023-000{number}",
            seq=9,
            rule_id="falsified",
            occurrence=1,
            fact="not_strict_or_false",
            district="500103",
            year=2024,
            on_day=date(2024, 3, number),
            points=Decimal(1),
            capped=False,
            clause="示例",
            paper="",
            policy="jinhua@示例",
        )
        for number in (1, 2, 3)
    ]
    async with db.writing() as session:
        await rule_books.keep(session, db, [replace(policy, content_hash=content_hash(policy))])
        session.add_all(rows)
    made = await announced(db)
    ours = {one.points for one in made.announcement.candidates if one.district == "500103"}
    assert ours == {Decimal(1)}


async def test_a_draw_is_kept_as_announced_and_as_drawn(db: Database, clock: SteppingClock) -> None:
    made = await announced(db)
    assert [one.problem_no[-1] for one in made.announcement.candidates] == list("123456")
    with pytest.raises(Refusal, match="2024年6月27日"):
        await draws.conclude_draw(db, "draw-1", "08 13 22", "officer")
    clock.now += timedelta(days=3)
    drawn = await draws.conclude_draw(db, "draw-1", "08 13 22", "officer")
    assert drawn.result is not None
    assert [one.problem_no[-1] for one in drawn.result.outcomes if one.drawn][-1] == "6"
    async with db.reading() as session:
        kept = await draws.find(session, "draw-1")
        assert await draws.recent(session) == (kept,)
    assert kept == drawn
    assert kept.announcement == made.announcement
    assert kept.result is not None
    assert differences(kept.announcement, kept.result) == ()


async def test_what_stands_in_a_draw_takes_part_in_no_other(db: Database) -> None:
    await announced(db)
    with pytest.raises(Refusal, match="无需抽取"):
        await announced(db, "draw-2")


async def test_announcing_again_changes_nothing(db: Database) -> None:
    assert await announced(db) == await announced(db)
    with pytest.raises(StoreRefused, match="idempotency_key_reused"):
        await announced(db, source="另一种彩票")


async def test_a_draw_has_one_seed(db: Database, clock: SteppingClock) -> None:
    await announced(db)
    clock.now += timedelta(days=3)
    first = await draws.conclude_draw(db, "draw-1", "08 13 22", "officer")
    assert await draws.conclude_draw(db, "draw-1", "08 13 22", "supervisor") == first
    with pytest.raises(StoreRefused, match="draw_already_made"):
        await draws.conclude_draw(db, "draw-1", "08 13 23", "officer")
    with pytest.raises(StoreRefused, match="draw_not_found"):
        await draws.conclude_draw(db, "draw-2", "08 13 22", "officer")


@pytest.mark.parametrize("table", ["draws", "draw_results"])
@pytest.mark.parametrize("change", ["UPDATE {} SET body = ''", "DELETE FROM {}"])
async def test_neither_draw_nor_result_can_be_changed(
    db: Database, clock: SteppingClock, table: str, change: str
) -> None:
    await announced(db)
    clock.now += timedelta(days=3)
    await draws.conclude_draw(db, "draw-1", "08 13 22", "officer")
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.writing() as session:
            await session.execute(text(change.format(table)))
