"""Switching is broken into: it is killed, others write meanwhile, and somebody slips a row in."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace

import pytest
from sqlalchemy import insert
from sqlmodel import select

from audit.orders import LifeOrders
from command_line.told_life import lived
from domain.events import ProblemRegistered
from domain.rebuilding import Book
from store.engine import Database
from store.lives import generations, rebuilding, switching
from store.lives.as_lived import Lived
from store.lives.comparing import Compared
from store.refusing import StoreRefused
from store.tables import EventRow, NoticeRow, RebuiltRow
from tests.store.test_rebuilding import (
    FIRST,
    approved,
    compared,
    live,
    proposed,
    rows_of,
    told_by,
)
from tests.worlds.guards import past_the_guards

_SWITCHING = """
import asyncio, sys, time
from store.engine import Database
from store.lives import numbers, switching
reserve = numbers.reserve
async def slowly(*given):
    await reserve(*given)
    time.sleep(0.05)
async def switch(url):
    db, numbers.reserve = Database(url), slowly
    await switching.switch(db, "r1", lambda done, of: print(done, flush=True))
asyncio.run(switch(sys.argv[1]))
"""


def named(told: LifeOrders, number: str) -> LifeOrders:
    """The life under another number."""
    text = told.problem_no
    orders = tuple(
        replace(
            one,
            problem_no=number,
            row_key="",
            recorded=tuple(
                replace(r, event=replace(r.event, problem_no=number))
                if isinstance(r.event, ProblemRegistered)
                else r
                for r in one.recorded
            ),
            notices=tuple(
                replace(n, problem_no=number, key=n.key.replace(text, number)) for n in one.notices
            ),
        )
        for one in told.orders
    )
    return LifeOrders(problem_no=number, orders=orders, rules=told.rules)


def some(count: int, name: str = "silent") -> list[LifeOrders]:
    """Some lives that went the same way."""
    return [named(told_by(name), f"CQ2024-7{place:03d}") for place in range(count)]


async def damaged(db: Database, lives: list[LifeOrders]) -> list[Lived]:
    """The store holds the lives, and in each something was forged."""
    for one in lives:
        await live(db, one)
    await past_the_guards(db, "UPDATE problems SET level = 9", "UPDATE ledger SET clause = 'x'")
    return [lived(one) for one in lives]


async def counting(db: Database, lives: list[Lived]) -> list[int]:
    """Which generation counts of each."""
    async with db.reading() as session:
        return [await generations.of_problem(session, one.problem_no) for one in lives]


async def test_a_switch_killed_in_the_middle_is_whole_where_it_came_and_goes_on(
    db: Database, url: str
) -> None:
    lives = some(6, "on_time")
    for one in lives:
        await live(db, one)
    before = await rows_of(db)
    await past_the_guards(db, "UPDATE problems SET level = 9")
    right = [lived(one) for one in lives]
    row = await proposed(db, *right)
    await approved(db, row)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SWITCHING, url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    for _ in range(2):
        await process.stdout.readline()
    await asyncio.sleep(0.03)  # into the middle of a transaction
    process.kill()
    await process.wait()
    came = await counting(db, right)
    assert came == sorted(came, reverse=True)
    assert 2 <= sum(came) < len(came)
    for found, generation in zip(await compared(db, *right), came, strict=True):
        assert bool(found.differences) == (generation == 0)
    assert await switching.switch(db, row.id) == (6, [])
    assert await rows_of(db) == before


async def test_lives_that_go_on_while_they_are_switched_lose_nothing(db: Database) -> None:
    whole = some(6)
    half = [replace(one, orders=one.orders[: len(one.orders) // 2]) for one in whole]
    right = await damaged(db, half)
    row = await proposed(db, *right)
    await approved(db, row)
    switched = asyncio.create_task(switching.switch(db, row.id))
    await asyncio.gather(*(live(db, one) for one in whole))
    counted, left = await switched
    assert counted + len(left) == 6
    stands = {one.lived.problem_no: one for one in await compared(db, *map(lived, whole))}
    for number, one in stands.items():
        books = {each.book for each in one.differences}
        assert Book.EVENTS not in books, (number, one.differences)
        assert number in left or one.differences == (), (number, one.differences)
    again = [lived(one) for one in whole if one.problem_no in left]
    if again:
        second = await proposed(db, *again)
        await approved(db, second)
        assert await switching.switch(db, second.id) == (len(again), [])
    assert all(not one.differences for one in await compared(db, *map(lived, whole)))


async def test_of_two_proposals_the_older_one_is_behind_and_left(db: Database) -> None:
    (right,) = await damaged(db, some(1))
    older, newer = await proposed(db, right), await proposed(db, right)
    for row in (older, newer):
        await approved(db, row)
    assert await switching.switch(db, newer.id) == (1, [])
    assert await switching.switch(db, older.id) == (0, [right.problem_no])
    assert await counting(db, [right]) == [newer.generation]


async def test_a_record_slipped_in_after_the_approval_is_not_switched(db: Database) -> None:
    right, other = await damaged(db, some(2))
    row = await proposed(db, right)
    await approved(db, row)
    async with db.writing() as session:
        (kept,) = await session.scalars(select(RebuiltRow))
        forged = kept.model_dump() | {"problem_no": other.problem_no}
        await session.execute(insert(RebuiltRow), [forged])
    with pytest.raises(StoreRefused, match="approval_is_stale"):
        await switching.switch(db, row.id)
    assert await counting(db, [right, other]) == [0, 0]


@pytest.mark.parametrize("column", ["differences", "body", "base_seq"])
async def test_the_differences_that_were_shown_are_bound_by_the_approval(
    db: Database, column: str
) -> None:
    (right,) = await damaged(db, some(1))
    row = await proposed(db, right)
    async with db.reading() as session:
        shown, differing = await rebuilding.shown(session, row.id)
    (found,) = await compared(db, right)
    assert shown.id == row.id
    assert differing == {right.problem_no: found.differences}
    await past_the_guards(db, f"UPDATE rebuilt SET {column} = '7'")  # noqa: S608 - fixed names
    with pytest.raises(StoreRefused, match="approval_is_stale"):
        await approved(db, row)


async def test_two_persons_who_propose_at_once_do_not_propose_each_others_records(
    db: Database,
) -> None:
    right, other = await damaged(db, some(2))
    found: list[Compared] = await compared(db, right, other)
    async with db.reading() as session:
        generation = await rebuilding.next_generation(session)
    await rebuilding.keep(db, generation, found[:1])
    with pytest.raises(StoreRefused, match="under_way"):
        await rebuilding.keep(db, generation, found[:1])
    await rebuilding.keep(db, generation, found[1:])
    with pytest.raises(StoreRefused, match="under_way"):
        await rebuilding.propose(
            db, "r1", generation, "log", "示例", FIRST, [found[0].lived.problem_no]
        )


async def test_all_that_is_written_anew_is_of_one_generation(db: Database) -> None:
    right = await damaged(db, some(2))
    row = await proposed(db, *right)
    await approved(db, row)
    await switching.switch(db, row.id)
    async with db.reading() as session:
        for column in (EventRow.generation, NoticeRow.generation):
            assert set(await session.scalars(select(column))) == {row.generation}
        (applied,) = [(await rebuilding.shown(session, row.id))[0]]
    assert json.loads(applied.report) == {"switched": 2, "left": []}
