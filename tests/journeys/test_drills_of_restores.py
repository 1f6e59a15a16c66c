"""One side is lost or restored alone, on the real servers: shut, named, cured by the documented commands, whole.

`DRILLS` of each, with what is done before and after the backup drawn anew each time.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg
import pytest
from sqlalchemy import make_url

from activities.archive import Archive
from activities.open_lives import OpenLives
from domain.restore_epoch import Restored
from domain.roles import Role
from domain.stages import WITH_DISTRICT
from store.lives import problems
from store.people.security_log import Happened, latest
from tests.journeys.looking import agrees, beat, named, shut_for
from tests.journeys.promises import Promises, desk_of
from tests.worlds.city import City, city_in
from tests.worlds.databases import empty_url
from tests.worlds.patience import eventually
from tests.worlds.repairing import Repairing, repairing_in

DRILLS = range(int(os.environ.get("DRILLS", "1")))
LOGIN, PASSWORD = ("--login", "test.supervisor"), "a long enough phrase\n"
TEMPORAL = ("temporal/temporal.db",)


def copied(source: Path, target: Path, *parts: str) -> None:
    """Put a database in the place of another, as a restore of it alone does."""
    for part in parts:
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        for tail in ("", "-wal", "-shm"):
            (target / f"{part}{tail}").unlink(missing_ok=True)
            if (source / f"{part}{tail}").exists():
                shutil.copyfile(source / f"{part}{tail}", target / f"{part}{tail}")


@dataclass
class Drill:
    """One installation in a folder that is left and come back to, and what was promised there."""

    folder: Path
    promises: Promises
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    url: str = ""

    @asynccontextmanager
    async def city(self) -> AsyncIterator[tuple[City, Repairing]]:
        """The city, with doors that heed, and the two persons on its command line."""
        async with city_in(self.folder, heeds_doors=True, url=self.url) as city:
            yield city, repairing_in(city, self.monkeypatch, self.capsys)

    async def live(self, city: City, steps: int, besides: str = "") -> None:
        """Have people go on with whatever is there."""
        there = [number for number in self.promises.numbers if number != besides]
        for _ in range(steps):
            await self.promises.go_on(city, self.promises.draw.choice(there))


@pytest.fixture
def drill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Drill:
    return Drill(tmp_path / "here", Promises(), monkeypatch, capsys)


async def settled(city: City, promises: Promises) -> None:
    """Wait until the store knows what the lives know, and every paper has been brought."""

    await agrees(city)
    for receipt, number in promises.receipts.items():

        async def applied(receipt: str = receipt, number: str = number) -> bool:
            problem = await desk_of(city).state(number)
            return receipt in {one.receipt_id for one in problem.submissions}

        await eventually(applied, receipt)


async def bihuan(*words: str, typed: str = "") -> str:
    """Type a command of the command line; it must end well."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli",
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, said = await process.communicate(typed.encode())
    assert process.returncode == 0, said.decode()
    return told.decode()


async def closed_and_whole(
    drill: Drill, city: City, forgotten: frozenset[str] = frozenset()
) -> None:
    """Every life comes to its closure, and everything acknowledged is there once."""
    assert await beat(city) is None
    for number in drill.promises.numbers:
        await drill.promises.close(city, number)
    await drill.promises.demand_kept(city, forgotten)


@pytest.mark.parametrize("seed", DRILLS)
async def test_temporal_restored_alone_from_an_older_moment_or_lost(
    drill: Drill, seed: int
) -> None:
    promises, before = drill.promises, drill.folder.parent / "before"
    promises.draw = draw = Random(seed)
    async with drill.city() as (city, _):
        for _ in range(3):
            await promises.begin(city)
        await drill.live(city, draw.randint(2, 6))
        over = await promises.begin(city)
        exports = OpenLives(city.client, city.db, city.settings.open_lives)
        assert await exports.claimed()
        await exports.export()
        await settled(city, promises)
        assert await beat(city) is None
    copied(drill.folder, before, *TEMPORAL)
    async with drill.city() as (city, _):
        assert await beat(city) is None
        late = await promises.begin(city)
        for number in (late, *promises.numbers[:2]):
            await promises.go_on(city, number)
        await drill.live(city, draw.randint(1, 4), besides=over)
        await promises.close(city, over)
        await settled(city, promises)

    copied(before, drill.folder, *TEMPORAL)
    async with drill.city() as (city, two):
        assert await shut_for(city) == Restored.TEMPORAL_OLDER
        await handed_in_while_shut(drill, city)
        await named(city, ("life_missing", late), ("life_not_over", over))
        assert await shut_for(city)
        proposal = await two.propose()
        lost = {one["problem_no"]: one["lost"] for one in proposal["lives"]}
        assert (lost[late], lost[over]) == ("missing", "behind")
        assert set(lost.values()) == {"missing", "behind"}
        assert await two.apply(proposal) == 0
        await agrees(city)
        assert not await shut_for(city)
        await drill.live(city, draw.randint(1, 4))
        await settled(city, promises)
        await kept(city, over)

    copied(drill.folder.parent / "nothing", drill.folder, *TEMPORAL)
    async with drill.city() as (city, two):
        assert await shut_for(city) == Restored.TEMPORAL_EMPTY
        await handed_in_while_shut(drill, city)
        await named(city, *(("life_missing", number) for number in await open_ones(city, promises)))
        assert await two.apply(await two.propose()) == 0
        await agrees(city)
        assert not await shut_for(city)
        await closed_and_whole(drill, city)


async def kept(city: City, over: str) -> None:
    """Wait until the archive has every life that is over."""

    async def exported() -> bool:
        await Archive(city.client, city.db, city.settings.archive).archive_closed_runs()
        return (city.settings.archive / over).is_dir()

    await eventually(exported)


async def open_ones(city: City, promises: Promises) -> list[str]:
    """Give the problems under way, as the store has them."""
    async with city.db.reading() as session:
        found = [await problems.get(session, one) for one in promises.numbers]
    return [one.problem_no for one in found if one is not None and not one.ended]


async def handed_in_while_shut(drill: Drill, city: City) -> None:
    """A district hands in while starts and acts are shut: it has its receipt, and waits."""
    for number in drill.promises.numbers:
        async with city.db.reading() as session:
            shown = await problems.get(session, number)
        if shown is not None and shown.stage in WITH_DISTRICT:
            await drill.promises.hand_in(city, number, len(shown.rounds))
            return


@pytest.mark.postgres
@pytest.mark.parametrize("seed", DRILLS)
async def test_the_store_on_postgresql_restored_alone_from_an_older_moment(
    drill: Drill, seed: int, request: pytest.FixtureRequest
) -> None:
    promises = drill.promises
    promises.draw = draw = Random(seed)
    drill.url = empty_url(request, "postgresql", drill.folder)
    async with drill.city() as (city, _):
        for _ in range(3):
            await promises.begin(city)
        await drill.live(city, draw.randint(2, 6))
        resting = await promises.begin(city)
        await settled(city, promises)
        assert await beat(city) is None
    older, known_then = copy_of(request, drill.url), set(promises.receipts)
    async with drill.city() as (city, _):
        assert await beat(city) is None
        late = await promises.begin(city)
        for number in (late, *promises.numbers[:2]):
            await promises.go_on(city, number)
        await drill.live(city, draw.randint(1, 4), besides=resting)
        await settled(city, promises)
    forgotten = frozenset(set(promises.receipts) - known_then)

    drill.url = older
    async with drill.city() as (city, _):
        assert await shut_for(city) == Restored.STORE_OLDER
        await promises.hand_in(city, resting)
        await named(city, ("problem_missing", late))
        assert await shut_for(city)
        drill.monkeypatch.setenv("BIHUAN_TOKEN", city.tokens[Role.OFFICER])
        proposal = json.loads(await bihuan("rebuild", "--reason", "示例", "--json"))["proposal"]
        approving = ("rebuild", "approve", proposal["id"], proposal["content_sha256"], *LOGIN)
        await bihuan(*approving, typed=PASSWORD)
        await named(city, *(("receipt_unknown", promises.receipts[one]) for one in forgotten))
        assert await shut_for(city)
        await bihuan("reconcile", "--take", "示例：回执见办理流程", *LOGIN, typed=PASSWORD)
        assert not await shut_for(city)
        async with city.db.reading() as session:
            entry, *_ = await latest(session, what=Happened.DOORS_OPENED)
        assert entry.by_id not in ("", "system")
        await closed_and_whole(drill, city, forgotten)


def copy_of(request: pytest.FixtureRequest, url: str) -> str:
    """Copy a database as it stands now, as a backup would bring it back; give the copy's address."""
    name = make_url(url).database
    with psycopg.connect(request.getfixturevalue("postgres_url"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}_older TEMPLATE {name}")
    return make_url(url).set(database=f"{name}_older").render_as_string(hide_password=False)
