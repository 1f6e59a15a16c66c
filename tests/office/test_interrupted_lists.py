"""A list whose process dies half way is finished by the next one, and its report is the same."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import update

from api.app import create_app
from domain import commands as c
from domain.roles import Role
from domain.rules import Rules
from office.ports import Imports
from office.registering.list_imports import go_on
from store.tables import BatchRow
from tests.office.test_once import workbook
from tests.worlds.office import NEW, TRANSFER, Counter, Office

ROWS = [{**NEW, "enterprise": f"重庆示例第{n}有限公司", "transfer": TRANSFER} for n in range(12)]
BAD = {**NEW, "district": "江北县"}
LIST = {"rows": [*ROWS[:6], BAD, *ROWS[6:]]}


async def done(office: Office, key: str = "list") -> dict[str, Any]:
    """Wait until nothing runs any more and give the batch."""
    await asyncio.gather(*office.services.imports.tasks.values(), return_exceptions=True)
    answer = await office.ask("GET", f"/batches/{key}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def counted(office: Office) -> int:
    """How many problems there are."""
    return len((await office.ask("GET", "/problems?limit=200")).json()["problems"])


@dataclass
class DyingCounter(Counter):
    """Dies after some lives were begun, with the answer of the last one on its lips."""

    left: int = 5
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(
        self,
        problem_no: str,
        register: c.RegisterProblem,
        transfer: c.TransferProblem | None,
        *,
        row_key: str = "",
        rules: Rules | None = None,
    ) -> None:
        """Begin a life, then perhaps die."""
        async with self.turn:
            if self.left > 0:
                self.left -= 1
                await super().start(problem_no, register, transfer, row_key=row_key)
            if self.left == 0:
                raise asyncio.CancelledError


def revived(office: Office) -> Office:
    """Give the same house with a process of its own: nothing in memory is left of the first."""
    return _with(office, Counter(office.db))


def dying(office: Office, left: int = 5) -> Office:
    """Give the same house with a process that dies after some lives."""
    return _with(office, DyingCounter(office.db, left=left))


def _with(office: Office, desk: Counter) -> Office:
    services = replace(office.services, desk=desk, imports=Imports())
    return Office(services, office.clock, desk, create_app(services), office.cookies, office.tokens)


async def begin(office: Office, kind: str) -> None:
    """Hand a list in."""
    if kind == "json":
        answer = await office.change("/batches/rows", "list", LIST)
    else:
        files = {"file": ("清单.xlsx", workbook())}
        headers = {"Idempotency-Key": "list"}
        answer = await office.ask("POST", "/batches", headers=headers, files=files)
    assert answer.status_code == 202, answer.text


@pytest.mark.parametrize("lives", [0, 1, 5, 12])
async def test_a_list_is_finished_after_its_process_died(office: Office, lives: int) -> None:
    first = dying(office, lives)
    await begin(first, "json")
    halfway = await done(first)
    assert halfway["state"] == "open"
    assert await counted(office) == lives
    second = revived(office)
    await go_on(second.services)
    finished = await done(second)
    assert finished["state"] == "done"
    counts = {name: finished[name] for name in ("accepted", "already", "refused")}
    assert counts == {"accepted": 12, "already": 0, "refused": 1}
    assert [row["row"] for row in finished["rows"] if row["errors"]] == [7]
    assert await counted(office) == len(ROWS)
    assert len({row["problem_no"] for row in finished["rows"] if not row["errors"]}) == 12


async def _until_begun(office: Office) -> None:
    while not office.services.imports.tasks:  # noqa: ASYNC110  # nobody tells of it
        await asyncio.sleep(0.01)


async def test_the_app_itself_goes_on_when_it_starts(office: Office) -> None:
    first = dying(office)
    await begin(first, "json")
    await done(first)
    second = revived(office)
    async with second.app.router.lifespan_context(second.app):
        await _until_begun(second)
        assert (await done(second))["state"] == "done"
    assert await counted(office) == len(ROWS)


async def test_asking_again_under_the_same_key_goes_on_as_well(office: Office) -> None:
    first = dying(office)
    await begin(first, "json")
    await done(first)
    second = revived(office)
    await begin(second, "json")
    assert (await done(second))["accepted"] == 12
    assert await counted(office) == len(ROWS)


@pytest.mark.parametrize("kind", ["json", "workbook"])
async def test_a_list_that_began_nothing_is_read_as_on_its_day(
    office: Office, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    first = revived(office)
    with monkeypatch.context() as killed:
        killed.setattr(Imports, "begin", lambda *given: given[2].close())
        await begin(first, kind)
    assert await counted(office) == 0
    second = revived(office)
    await go_on(second.services)
    assert (await done(second))["state"] == "done"
    assert await counted(office) == (12 if kind == "json" else 1)


@pytest.mark.parametrize("lags", [False, True])
async def test_what_was_begun_stays_begun_and_the_rest_is_counted_from_the_day_it_is_entered(
    office: Office, lags: bool
) -> None:
    first = dying(office)
    first.counter.lags = lags
    await begin(first, "json")
    await done(first)
    assert await counted(office) < len(ROWS)
    office.clock.pass_by(days=60)
    second = revived(office)
    await go_on(second.services)
    finished = await done(second)
    assert finished["accepted"] == 12
    assert not [row for row in finished["rows"] if row["errors"] and row["row"] != 7]
    assert await counted(office) == len(ROWS)


async def test_a_batch_under_way_is_not_begun_a_second_time(office: Office) -> None:
    await begin(office, "json")
    await begin(office, "json")
    await go_on(office.services)
    assert len(office.services.imports.tasks) == 1
    assert (await done(office))["accepted"] == 12
    assert await counted(office) == len(ROWS)


async def test_another_list_with_the_same_rows_finds_them_there(office: Office) -> None:
    await begin(office, "json")
    await done(office)
    assert (await office.change("/batches/rows", "other", LIST)).status_code == 202
    other = await done(office, "other")
    assert (other["accepted"], other["already"], other["refused"]) == (0, 12, 1)


async def test_only_a_workbook_comes_back_with_its_results(office: Office) -> None:
    await begin(office, "workbook")
    await done(office)
    answer = await office.ask("GET", "/batches/list/annotated.xlsx")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    await office.change("/batches/rows", "rows", LIST)
    await done(office, "rows")
    answer = await office.ask("GET", "/batches/rows/annotated.xlsx")
    assert (answer.status_code, answer.json()["code"]) == (404, "batch_not_found")
    page = await office.seated(Role.OFFICER).get("/import/rows")
    assert page.status_code == 200
    assert "annotated.xlsx" not in page.text


async def test_a_row_nobody_answered_for_is_said_to_be_uncertain(office: Office) -> None:
    office.counter.loses_answers = True
    await begin(office, "json")
    report = await done(office)
    assert {row["errors"][0]["code"] for row in report["rows"]} == {
        "outcome_unknown",
        "unknown_district",
    }
    office.counter.loses_answers = False
    await office.change("/batches/rows", "again", LIST)
    again = await done(office, "again")
    assert again["already"] == 12
    assert await counted(office) == len(ROWS)


async def test_the_report_of_a_list_taken_in_by_an_earlier_release_is_still_shown(
    office: Office,
) -> None:
    await office.change("/batches/rows", "before", LIST)
    report = await done(office, "before")
    kept = {
        "accepted": report["accepted"],
        "already": 0,
        "refused": 1,
        "rows": [
            {name: row[name] for name in ("row", "problem_no", "errors")} for row in report["rows"]
        ],
        "outcomes": [],
    }
    async with office.db.writing() as session:
        await session.execute(update(BatchRow).values(report=json.dumps(kept)))
    page = await office.seated(Role.OFFICER).get("/import/before")
    assert page.status_code == 200
    assert report["rows"][0]["problem_no"] in page.text
    answer = (await office.ask("GET", "/batches/before")).json()
    assert (answer["unread"], answer["rows"][0]["warnings"]) == ([], [])
