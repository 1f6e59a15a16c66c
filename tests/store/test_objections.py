"""Objections are counted for the district that raised them, however the problem went on."""

from __future__ import annotations

from store.engine import Database
from store.objections import Objections, by_district
from store.records import record
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
