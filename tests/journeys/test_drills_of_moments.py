"""What happens at a bad moment: a deadline while the doors are shut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import activities.archive
import activities.inbox
from activities.epoch_watch import EpochWatch
from domain import commands as c
from domain.restore_epoch import Restored
from domain.stages import Stage
from store.watch import doors, epochs
from tests.journeys.looking import agrees
from tests.journeys.promises import desk_of
from tests.journeys.whole_life import begin, demand_folded
from tests.worlds.city import City, city_in
from tests.worlds.life import MONDAY, OFFICER, some_facts
from tests.worlds.night import DUE
from tests.worlds.patience import eventually
from tests.worlds.processes import EVENINGS, known
from tests.worlds.repairing import hand_in

ANSWERED, SILENT, UNTOLD = (f"CQ2024-000{name}" for name in "123")


async def begin_untold(city: City) -> None:
    """Begin a life of which nothing shows that the district was told."""
    register = c.RegisterProblem(problem_no=UNTOLD, facts=some_facts(), by=OFFICER)
    transfer = c.TransferProblem(on=MONDAY, document_no="示例", by=OFFICER)
    await desk_of(city).start(UNTOLD, register, transfer)
    await known(desk_of(city), UNTOLD, Stage.AWAITING_FEEDBACK)


async def shut(city: City) -> None:
    """Shut the doors, as after both sides were restored from moments between which nothing happened."""
    watch = EpochWatch(city.client, city.db, timedelta(0))
    assert await watch.look() is None
    async with city.db.writing() as session:
        await epochs.adopt(city.db, session, "1:earlier")
    assert await watch.look() is Restored.STORE_OLDER


@asynccontextmanager
async def shut_before_the_deadline(folder: Path) -> AsyncIterator[tuple[City, str]]:
    """A city with three lives of one deadline, shut before it; one of them is answered in time then."""
    for evening in EVENINGS:
        shift = DUE - timedelta(seconds=evening) - datetime.now(UTC)
        async with city_in(folder / str(evening), heeds_doors=True, shift=shift) as city:
            for number in (ANSWERED, SILENT):
                await begin(desk_of(city), number, MONDAY)
            await begin_untold(city)
            await shut(city)
            receipt = await hand_in(city, ANSWERED)
            if city.db.now() < DUE:
                yield city, receipt
                return
    raise AssertionError("no evening was long enough")


async def held(city: City) -> set[str]:
    """The lives whose deadline is held."""
    found = set()
    for number in (ANSWERED, SILENT):
        told = await city.client.get_workflow_handle(f"problem-{number}").describe()
        if any(one.attempt > 1 for one in told.raw_description.pending_activities):
            found.add(number)
    return found


async def test_a_deadline_that_fell_while_the_doors_were_shut_is_met_afterwards_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activities.inbox, "_AGAIN", timedelta(seconds=1))
    async with shut_before_the_deadline(tmp_path) as (city, receipt):
        await asyncio.sleep((DUE - city.db.now()).total_seconds() + 1)

        async def both_held() -> bool:
            return await held(city) == {ANSWERED, SILENT}

        await eventually(both_held)
        for number in (ANSWERED, SILENT, UNTOLD):
            _, shown = await demand_folded(city.db, number)
            assert shown.rounds[0].overdue_at is None
            assert not shown.submissions
        still_shut_at = city.db.now()
        await agrees(city)
        async with city.db.reading() as session:
            assert await doors.shut(session) is None
        in_time = await known(desk_of(city), ANSWERED, Stage.UNDER_REVIEW)
        assert [(one.receipt_id, one.late) for one in in_time.submissions] == [(receipt, False)]
        assert not in_time.entries

        async def overdue() -> bool:
            return (await desk_of(city).state(SILENT)).rounds[0].overdue_at is not None

        await eventually(overdue)
        silent = await desk_of(city).state(SILENT)
        assert silent.rounds[0].due_at == DUE
        assert silent.points > 0
        log, _ = await demand_folded(city.db, SILENT)
        assert not [one for one in log if DUE <= one.at < still_shut_at]
        untold = await desk_of(city).state(UNTOLD)
        assert untold.points == 0
        assert untold.rounds[0].overdue_at is None
        await agrees(city)
