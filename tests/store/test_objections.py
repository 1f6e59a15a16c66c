"""Objections are counted for the district that raised them, however the problem went on."""

from __future__ import annotations

from datetime import date, time

from domain.commands import RaiseObjection
from domain.local_time import at_local
from store.engine import Database
from store.lives.objections import Objections, by_district
from store.lives.records import record
from tests.worlds.life import SUPERVISOR, transferred


async def test_objections_are_counted_by_who_raised_them_and_what_came_of_them(
    db: Database,
) -> None:
    life = transferred()
    life.answer_objection(life.object(), uphold=False)
    life.answer_objection(life.object(), uphold=True, by=SUPERVISOR)
    life.object("500106")
    await record(db, "CQ2024-0001", life.history, life.notices)
    async with db.reading() as session:
        assert await by_district(session, 2024) == (
            Objections(district="500103", raised=2, upheld=1, refused=1),
            Objections(district="500104", raised=1, upheld=0, refused=0),
        )
        assert await by_district(session, 2025) == ()


async def test_an_objection_counts_in_the_year_in_which_it_was_received(db: Database) -> None:
    life = transferred(date(2024, 12, 30))
    life.until(date(2024, 12, 31))
    evening, life.now = life.now, at_local(date(2025, 1, 3), time(9))
    paper = life.handed() | {"received_at": evening}
    life.do(RaiseObjection(round_no=1, proper_district="500104", **paper))
    await record(db, "CQ2024-0001", life.history, life.notices)
    async with db.reading() as session:
        assert [one.raised for one in await by_district(session, 2024)] == [1]
        assert await by_district(session, 2025) == ()
