"""A whole life through the real doors: REST, mail, signed link, Temporal, archive, audit."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from activities.archive import Archive
from audit.sources import life_on_server, lives_in
from audit.verify import verify_life
from domain.roles import Role
from embedded.temporal_server import LOOPBACK
from gateways.temporal_client import DATA_CONVERTER
from store.people import accounts
from tests.worlds.city import (
    NEW,
    City,
    answer_by_link,
    city_in,
    register,
    review_and_revisit,
    stage,
)
from tests.worlds.patience import eventually


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[City]:
    async with city_in(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
async def empty_city(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    """One for all who register nothing."""
    async with city_in(tmp_path_factory.mktemp("empty")) as running:
        yield running


async def test_from_registration_to_an_archived_and_verified_history(city: City) -> None:
    number = await register(city)
    again = await register(city)
    assert again == number
    await answer_by_link(city, number)
    content_hash = await review_and_revisit(city, number, "1")
    approval = {"decision": "approve", "content_hash": content_hash}
    refused = await city.ask(
        "POST",
        f"/problems/{number}/closure",
        headers={"Idempotency-Key": "approve-by-officer"},
        json=approval,
    )
    assert refused.status_code == 403
    closed = await city.change(
        f"/problems/{number}/closure", "approve-1", Role.SUPERVISOR, json=approval
    )
    assert closed["stage"] == "closed"
    await city.client.get_workflow_handle(f"problem-{number}").result()
    archive = Archive(city.client, city.db, city.settings.archive)

    async def swept() -> bool:
        await archive.archive_closed_runs()
        return (city.settings.archive / number).exists()

    await eventually(swept)
    assert await archive.archive_closed_runs() == 0
    (runs,) = await asyncio.to_thread(lives_in, city.settings.archive / number)
    verified = await verify_life(runs, DATA_CONVERTER)
    assert verified.difference is None
    assert verified.closed
    assert len(runs[0].events) < 120


async def test_a_problem_that_came_back_is_reopened_and_both_runs_are_one_life(city: City) -> None:
    number = await register(city)
    await answer_by_link(city, number)
    content_hash = await review_and_revisit(city, number, "1")
    approval = {"decision": "approve", "content_hash": content_hash}
    closure = f"/problems/{number}/closure"
    await city.change(closure, "approve-1", Role.SUPERVISOR, json=approval)
    await city.client.get_workflow_handle(f"problem-{number}").result()
    found = {"findings": "示例：现场复查，问题反弹。", "reason": "反弹"}
    proposed = await city.change(f"/problems/{number}/reopening", "back-1", json=found)
    assert proposed["events"] == ["act:proposed"]
    waiting = (await city.ask("GET", f"/problems/{number}")).json()["proposed"][-1]
    agreed = {
        "decision": "approve",
        "proposal": waiting["seq"],
        "content_hash": waiting["content_hash"],
    }
    await city.change(f"/problems/{number}/approvals", "agreed-1", Role.SUPERVISOR, json=agreed)
    assert await stage(city, number) == "rectifying"
    archive = Archive(city.client, city.db, city.settings.archive)

    async def swept() -> bool:
        await archive.archive_closed_runs()
        return len(list(city.settings.archive.rglob("*.meta.json"))) == 2

    on_server = await verify_life(await life_on_server(city.client, number), DATA_CONVERTER)
    assert (on_server.difference, on_server.runs) == (None, 2)
    await city.client.get_workflow_handle(f"problem-{number}").terminate("the test ends here")
    await eventually(swept)
    (runs,) = await asyncio.to_thread(lives_in, city.settings.archive / number)
    archived = await verify_life(runs, DATA_CONVERTER)
    assert archived.runs == 2
    assert "被强行终止" in str(archived.difference)


async def test_a_reassigned_problem_is_found_under_its_new_district(city: City) -> None:
    number = await register(city)
    moved = {"to_district": "500104", "reason": "示例：经核实不属原区县。"}
    await city.change(f"/problems/{number}/reassignment", "moved-1", json=moved)

    async def found() -> bool:
        new = await city.client.count_workflows("District = '500104'")
        old = await city.client.count_workflows("District = '500103'")
        return (old.count, new.count) == (0, 1)

    await eventually(found)


async def test_search_attributes_and_lists_find_a_problem(city: City) -> None:
    number = await register(city)

    async def found() -> int:
        query = "District = '500103' AND Stage = 'awaiting_feedback' AND `Level` = 0"
        return (await city.client.count_workflows(query)).count

    assert await eventually(found) == 1
    listed = (await city.ask("GET", "/problems?text=印务")).json()["problems"]
    assert [row["problem_no"] for row in listed] == [number]
    assert LOOPBACK in city.settings.public_url


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**NEW, "district": "江北县"}, "区县"),
        ({**NEW, "enterprise": ""}, "enterprise"),
        ({**NEW, "score": 100}, "score"),
        ({**NEW, "transfer": {"on": "2024-02-30"}}, "transfer.on"),
        ({**NEW, "transfer": {"on": "2024-06-18"}}, ""),
    ],
)
async def test_a_bad_registration_names_its_field_and_registers_nothing(
    empty_city: City, body: dict[str, Any], field: str
) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = await empty_city.ask("POST", "/problems", json=body, headers=key)
    assert answer.status_code in (409, 422), answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"]
    assert not field or field in str(answer.json().get("errors"))
    assert (await empty_city.ask("GET", "/problems")).json()["problems"] == []


async def test_strangers_and_auditors_change_nothing(empty_city: City) -> None:
    stranger = await empty_city.browser.post("/api/v1/problems", json=NEW)
    assert stranger.status_code == 401
    missing = await empty_city.ask("POST", "/problems", json=NEW)
    assert missing.status_code == 400
    assert missing.json()["code"] == "idempotency_key_missing"


PAGES = ("/", "/problems", "/problems/new", "/import", "/supervisory-list", "/scores", "/accounts")


async def test_officers_work_on_pages_from_the_sample_list_to_a_recorded_act(city: City) -> None:
    password = "another long enough phrase"
    await accounts.create(city.db, "page.officer", "页面承办人", Role.OFFICER, password)
    browser = city.browser
    browser.headers["origin"] = city.settings.public_url
    assert (await browser.get("/problems")).headers["location"].startswith("/login")
    wrong = await browser.post("/login", data={"login": "page.officer", "password": "no"})
    assert (await browser.get(wrong.headers["location"])).status_code == 401
    signed_in = await browser.post(
        "/login", data={"login": "page.officer", "password": password, "next": "//evil"}
    )
    assert signed_in.headers["location"] == "/"
    for path in PAGES:
        page = await browser.get(path)
        assert page.status_code == 200, path
        assert "页面承办人" in page.text

    def hidden(text: str) -> dict[str, str]:
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))

    asked = await browser.get("/import")
    preview = await browser.post("/import/samples", data=hidden(asked.text))
    assert "可以登记" in preview.text
    confirmed = await browser.post("/import/confirm", data=hidden(preview.text))
    address = confirmed.headers["location"]

    async def done() -> bool:
        return "导入完成" in (await browser.get(address)).text

    await eventually(done)
    assert (await browser.get(f"{address}/annotated.xlsx")).status_code == 200

    async def all_listed() -> str:
        text = (await browser.get("/problems")).text
        return text if "共 60 个" in text else ""

    listed = await eventually(all_listed)
    number = re.search(r'href="(/problems/SL[^"]+)"', listed)
    assert number is not None

    async def shown() -> str:
        page = await browser.get(number[1])
        return page.text if page.status_code == 200 else ""

    problem = await eventually(shown)
    assert "为什么是这一天" in problem
    fields = hidden(problem)
    pressed = await browser.post(f"{number[1]}/reminders", data=fields)
    assert pressed.status_code == 303
    again = await browser.post(f"{number[1]}/reminders", data=fields)
    assert again.status_code == 303
    pressed_once = (await city.ask("GET", f"/problems/{number[1].rpartition('/')[2]}")).json()
    assert pressed_once["reminders_sent"] == 1
    stale = await browser.post(f"{number[1]}/reminders", data={**fields, "mark": "x"})
    assert stale.status_code == 403
    assert (await browser.get("/problems/none")).status_code == 404
