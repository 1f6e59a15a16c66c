"""The districts' own lists are kept version by version, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.commands import RectificationState
from domain.self_inspection import SelfInspection
from store.district import self_inspections
from store.district.self_inspections import Beside, EntryFilter
from store.engine import Database
from store.lives.problems import columns
from store.points import ledger
from store.refusing import StoreRefused
from store.registers.register_changes import Register, RegisterAct, latest
from store.tables import ProblemRow
from tests.worlds.databases import SteppingClock
from tests.worlds.problems import ENTRY, TODAY, problem

YUZHONG, DADUKOU = "500103", "500104"
OPEN = replace(ENTRY, state=RectificationState.NOT_BEGUN, corrected_on=None, measure="")


async def save(
    db: Database, entry_id: str, entry: SelfInspection = ENTRY, district: str = YUZHONG
) -> None:
    await self_inspections.save(db, district, entry_id, entry, "link-1")


async def on_list(db: Database, **wanted: object) -> list[tuple[str, int, SelfInspection]]:
    async with db.reading() as session:
        found = await self_inspections.listed(session, EntryFilter(**wanted))  # type: ignore[arg-type]
    return [(one.entry_id, one.version, one.entry) for one in found]


async def test_a_change_is_one_more_version_and_the_last_counts(db: Database) -> None:
    await save(db, "a", OPEN)
    await save(db, "a", ENTRY)
    await save(db, "a", ENTRY)
    assert await on_list(db) == [("a", 2, ENTRY)]
    async with db.reading() as session:
        kept = await self_inspections.versions(session, "a")
    assert [(row.version, row.state, row.removed) for row in kept] == [
        (1, "not_begun", False),
        (2, "done", False),
    ]


async def test_what_is_removed_leaves_the_list_and_stays_on_record(db: Database) -> None:
    await save(db, "a")
    await save(db, "b")
    await self_inspections.remove(db, YUZHONG, "a", "link-2")
    assert [one[0] for one in await on_list(db)] == ["b"]
    async with db.reading() as session:
        last = (await self_inspections.versions(session, "a"))[-1]
    assert (last.removed, last.link_jti, last.enterprise) == (True, "link-2", ENTRY.enterprise)
    for again in (save(db, "a"), self_inspections.remove(db, YUZHONG, "a", "l")):
        with pytest.raises(StoreRefused, match="entry_not_found"):
            await again


async def test_no_district_touches_the_list_of_another(db: Database) -> None:
    await save(db, "a")
    with pytest.raises(StoreRefused, match="entry_not_found"):
        await save(db, "a", OPEN, DADUKOU)
    for unknown in ("a", "none"):
        with pytest.raises(StoreRefused, match="entry_not_found"):
            await self_inspections.remove(db, DADUKOU, unknown, "l")
    assert await on_list(db) == [("a", 1, ENTRY)]


async def test_the_list_is_filtered_and_counted_beside_what_was_transferred(
    db: Database, clock: SteppingClock
) -> None:
    await save(db, "a")
    clock.now += timedelta(minutes=1)
    await save(db, "b", replace(OPEN, key_object="open_burning_control"))
    await save(db, "c", ENTRY, DADUKOU)
    assert [one[0] for one in await on_list(db, district=YUZHONG)] == ["b", "a"]
    assert [one[0] for one in await on_list(db, key_object="open_burning_control")] == ["b"]
    done = await on_list(db, state=RectificationState.DONE)
    assert {one[0] for one in done} == {"a", "c"}
    async with db.writing() as session:
        moved = replace(problem(1), transferred_on=TODAY)
        session.add(ProblemRow(**columns(moved, clock.now)))
        session.add(ProblemRow(**columns(problem(2), clock.now)))
    async with db.reading() as session:
        assert await self_inspections.beside(session) == (
            Beside(district=YUZHONG, own=2, corrected=1, transferred=1),
            Beside(district=DADUKOU, own=1, corrected=1, transferred=0),
        )
        assert await ledger.scores(session, 2024) == ()


async def test_a_district_writes_so_often_a_day_and_no_more(
    db: Database, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_inspections, "CHANGES_A_DAY", 2)
    await save(db, "a")
    await save(db, "b")
    with pytest.raises(StoreRefused, match="too_many_entries"):
        await save(db, "c")
    await save(db, "c", ENTRY, DADUKOU)
    clock.now += timedelta(days=1)
    await save(db, "d")


@pytest.mark.parametrize(
    "change", ["UPDATE self_inspections SET finding = ''", "DELETE FROM self_inspections"]
)
async def test_no_version_can_be_changed(db: Database, change: str) -> None:
    await save(db, "a")
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.writing() as session:
            await session.execute(text(change))


async def test_whoever_changes_a_districts_own_list_is_recorded_with_the_change(
    db: Database,
) -> None:
    await save(db, "a", OPEN)
    await save(db, "a", OPEN)
    await save(db, "a", ENTRY)
    await self_inspections.remove(db, YUZHONG, "a", "link-2")
    async with db.reading() as session:
        found = await latest(session, Register.OWN_LISTS, limit=10)
    assert [(one.by_id, one.act, one.details["version"]) for one in reversed(found)] == [
        ("link:link-1", RegisterAct.ENTERED, 1),
        ("link:link-1", RegisterAct.CHANGED, 2),
        ("link:link-2", RegisterAct.RETIRED, 3),
    ]
