"""A life in the production shape: a worker killed, PostgreSQL cut off, everything lost and restored.

`make cluster` only: building the server takes a quarter of an hour the first time.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from audit.sources import life_on_server
from audit.verify import verify_life
from domain.local_time import day_of
from domain.roles import Role
from gateways.temporal_client import DATA_CONVERTER
from store.tables import ProblemRow
from tests.cluster.building import NotBuilt, built
from tests.cluster.postgresql import PostgreSQL
from tests.cluster.production import Production
from tests.cluster.temporal import Temporal
from tests.worlds.city import NEW, City, answer_by_link, register, stage
from tests.worlds.patience import eventually

SUBMITTED = 24
"""Registrations under way while a worker is killed and the database cut off."""
_FOR_NOW = frozenset({202, 429, 500, 502, 503, 504})
"""Answers after which a caller asks again under the same key."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's own user may enter; skipped where the parts are missing."""
    if missing := [one for one in ("nginx", "openssl", "setpriv") if shutil.which(one) is None]:
        pytest.skip(f"the production shape needs {', '.join(missing)}")
    try:
        built()
    except NotBuilt as reason:
        pytest.skip(str(reason))
    with tempfile.TemporaryDirectory(prefix="bihuan-cluster-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def production_in(folder: Path, database: str) -> Production:
    """An installation in a folder, on a database server of its own."""
    folder.mkdir(exist_ok=True)
    server = PostgreSQL(folder / database)
    return Production(folder, server, Temporal(folder, server))


async def insisted(
    city: City, path: str, key: str, body: dict[str, str], role: Role = Role.OFFICER
) -> dict[str, Any]:
    """Ask again under the same key until the outcome is known; it must be a yes."""

    async def outcome() -> dict[str, Any] | None:
        headers = {"Idempotency-Key": key}
        try:
            answer = await city.ask("POST", path, role, headers=headers, json=body)
        except httpx2.TransportError:
            return None
        if answer.status_code in _FOR_NOW:
            return None
        assert answer.status_code in (200, 201), answer.text
        told: dict[str, Any] = answer.json()
        return told

    return await eventually(outcome, key)


async def registered(city: City, key: str) -> str:
    """Register one problem; give its number."""
    body = {**NEW, "enterprise": f"重庆示例{key}有限公司"}
    return str((await insisted(city, "/problems", key, body))["problem_no"])


async def review_revisit_and_close(city: City, number: str) -> None:
    """Carry a problem that was answered on to its end."""
    at = f"/problems/{number}"
    receipt = (await city.ask("GET", at)).json()["submissions"][-1]["receipt_id"]
    verdict = {"receipt_id": receipt, "verdict": "accept_done", "reason": "齐全"}
    await insisted(city, f"{at}/reviews", "review", verdict)
    today = day_of(datetime.now(UTC)).isoformat()
    seen = {"on": today, "result": "in_place", "findings": "现场核查，已到位。"}
    await insisted(city, f"{at}/revisits", "visit", seen)
    shown = (await city.ask("GET", at)).json()["proposal"]["content_hash"]
    agreed = {"decision": "approve", "content_hash": shown}
    await insisted(city, f"{at}/closure", "close", agreed, Role.SUPERVISOR)
    await city.client.get_workflow_handle(f"problem-{number}").result()


async def known_problems(city: City) -> int:
    """Count the problems in the store."""
    async with city.db.reading() as session:
        return await session.scalar(select(func.count()).select_from(ProblemRow)) or 0


async def demand_each_once(city: City, numbers: list[str]) -> None:
    """Demand that of what was acknowledged nothing is lost and nothing is there twice."""
    assert len(set(numbers)) == len(numbers)

    async def all_there() -> bool:
        return await known_problems(city) == len(numbers)

    await eventually(all_there, f"{len(numbers)} problems")
    for number in numbers:
        assert (await city.ask("GET", f"/problems/{number}")).status_code == 200, number


async def doors_opened(city: City) -> None:
    """Wait until acts are taken again after a restore: minutes, where a whole look comes first."""
    for _ in range(120):
        number = await city.ask(
            "POST", "/problems", headers={"Idempotency-Key": "opened"}, json=NEW | {"district": "-"}
        )
        if number.status_code != 503:
            return
        await asyncio.sleep(5)
    raise AssertionError("the doors stayed shut for ten minutes")


@pytest.mark.timeout(1800)
async def test_a_life_outlives_worker_database_and_machine(folder: Path) -> None:
    """From REST through nginx over backup and restore to closure, and its history verifies."""
    lost = production_in(folder / "lost", "postgresql")
    await lost.database.begin()
    await lost.temporal.make_schema()
    city = await lost.start("sample")
    number = await register(city)

    async def break_things() -> None:
        await asyncio.sleep(1)
        await lost.workers[0].kill()
        await lost.database.break_and_start()
        await lost.start_worker()

    keys = [f"key-{n}" for n in range(SUBMITTED)]
    *others, _ = await asyncio.gather(*(registered(city, key) for key in keys), break_things())
    numbers = [number, *(one for one in others if one is not None)]
    await demand_each_once(city, numbers)
    assert [await registered(city, key) for key in keys] == numbers[1:]
    await answer_by_link(city, number)

    async def under_review() -> bool:
        return await stage(city, number) == "under_review"

    await eventually(under_review)
    taken = json.loads(await lost.bihuan("backup", str(folder / "backups"), "--json"))
    assert taken["quiet"] is True
    await lost.stop()
    await lost.database.stop()

    found = production_in(folder / "found", "postgresql")
    await found.database.begin()
    for name in ("temporal", "temporal_visibility"):
        await found.database.psql(f"CREATE DATABASE {name} OWNER temporal;")
    await found.bihuan("restore", taken["place"])
    await found.temporal.make_schema()
    city = await found.start("again")
    try:
        await demand_each_once(city, numbers)
        assert await stage(city, number) == "under_review"
        await doors_opened(city)
        await review_revisit_and_close(city, number)
        runs = await life_on_server(city.client, number)
        assert (await verify_life(runs, DATA_CONVERTER)).difference is None
    finally:
        await found.stop()
        await found.database.stop()
