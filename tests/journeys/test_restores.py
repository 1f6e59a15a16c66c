"""Drills on the real servers: one side is restored alone; it is noticed, and nothing is decided by it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from activities.reconciled import Reconciled
from activities.reconciler import Reconciler
from domain.restore_epoch import Restored
from store.people.security_log import Happened, latest
from store.tables import InboxRow
from store.watch import doors, epochs
from tests.journeys.looking import beat, shut_for
from tests.worlds.city import NEW, City, answer_by_link, city_in, register, stage
from tests.worlds.patience import eventually

PARTS = ("bihuan.db", "temporal/temporal.db")


def copied(source: Path, target: Path, *parts: str) -> None:
    """Put a database in the place of another, as a restore of it alone does."""
    for part in parts:
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        for tail in ("", "-wal", "-shm"):
            (target / f"{part}{tail}").unlink(missing_ok=True)
            if (source / f"{part}{tail}").exists():
                shutil.copyfile(source / f"{part}{tail}", target / f"{part}{tail}")


async def looked(city: City) -> Reconciled:
    looker = Reconciler(
        city.client, city.db, city.settings.archive, lag=timedelta(0), again_seconds=0.2
    )
    return await looker.look_whole()


async def new(city: City, key: str) -> tuple[int, str]:
    answer = await city.ask("POST", "/problems", headers={"Idempotency-Key": key}, json=NEW)
    return answer.status_code, answer.json().get("code", "")


@asynccontextmanager
async def serious(folder: Path) -> AsyncIterator[City]:
    """The city, with doors that heed."""
    async with city_in(folder, heeds_doors=True) as city:
        yield city


async def test_one_side_restored_alone_shuts_starts_and_acts_until_it_was_looked_at(
    tmp_path: Path,
) -> None:
    here, before, after = tmp_path / "here", tmp_path / "before", tmp_path / "after"
    async with serious(here) as city:
        assert await beat(city) is None
        number = await register(city)
    copied(here, before, *PARTS)
    async with serious(here) as city:
        assert await beat(city) is None
        await answer_by_link(city, number)

        async def reviewed() -> bool:
            return await stage(city, number) == "under_review"

        await eventually(reviewed)
        # As after both were restored from moments between which nothing happened.
        async with city.db.writing() as session:
            await epochs.adopt(city.db, session, "1:earlier")
        assert await beat(city) is Restored.STORE_OLDER
        assert await new(city, "shut") == (503, "restored_unchecked")
        assert not (await looked(city)).differences
        assert not await shut_for(city)
        assert await beat(city) is None
    copied(here, after, *PARTS)

    copied(before, here, "temporal/temporal.db")
    async with serious(here) as city:
        assert await shut_for(city) == Restored.TEMPORAL_OLDER
        assert await new(city, "shut") == (503, "restored_unchecked")
        assert (await city.ask("GET", f"/problems/{number}")).status_code == 200
        found = {(one.code.value, one.problem_no) for one in (await looked(city)).differences}
        assert ("history_behind", number) in found
        async with city.db.reading() as session:
            assert await doors.holds(session, number)
            assert len(list(await session.scalars(select(col(InboxRow.receipt_id))))) == 1

    copied(before, here, "bihuan.db")
    copied(after, here, "temporal/temporal.db")
    async with serious(here) as city:
        assert await shut_for(city) == Restored.STORE_OLDER
        assert await new(city, "shut") == (503, "restored_unchecked")
        found = {(one.code.value, one.problem_no) for one in (await looked(city)).differences}
        assert ("store_behind", number) in found

    copied(after, here, "bihuan.db")
    copied(tmp_path / "nothing", here, "temporal/temporal.db")
    async with serious(here) as city:
        assert await shut_for(city) == Restored.TEMPORAL_EMPTY
        found = {(one.code.value, one.problem_no) for one in (await looked(city)).differences}
        assert ("life_missing", number) in found
        assert await shut_for(city)
        report = (await looked(city)).as_json()
        await doors.reopen(city.db, "", "somebody", "示例", report)
        assert await beat(city) is None
        assert (await new(city, "open"))[0] in (201, 202)
        async with city.db.reading() as session:
            entry, *_ = await latest(session, what=Happened.DOORS_OPENED)
        assert entry.by_id == "somebody"
