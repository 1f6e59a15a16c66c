"""A life whose policy no version here can read waits as it is, says so, and stops nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col
from temporalio.client import Client, WorkflowExecutionStatus

from command_line import doctor
from domain.words.rules import UNKNOWN
from store.tables import ProblemRow
from tests.worlds.city import (
    NEW,
    City,
    answer_by_link,
    city_in,
    register,
    review_and_revisit,
)
from tests.worlds.patience import eventually
from workflows.names import TASK_QUEUE, workflow_id


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[City]:
    async with city_in(tmp_path) as running:
        yield running


async def test_a_life_nobody_can_read_says_so_and_stops_nobody_else(
    city: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    unread, other = await register(city), await register_another(city)
    await make_unreadable(city, unread)
    shown = (await city.ask("GET", f"/problems/{unread}")).json()
    assert (shown["rules_known"], shown["rules"]) == (False, UNKNOWN)
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(city.settings.data_dir))
    await doctor.examine(as_json=False)
    assert f"问题{unread}适用的口径或放假安排尚未存档" in capsys.readouterr().out
    await answer_by_link(city, other)
    await review_and_revisit(city, other, "other")
    assert (await city.ask("GET", f"/problems/{other}")).json()["rules_known"]
    waits = await city.client.get_workflow_handle(workflow_id(unread)).describe()
    assert waits.status is WorkflowExecutionStatus.RUNNING


async def register_another(city: City) -> str:
    """Register a second problem, transferred the same day."""
    on = (await city.ask("GET", "/problems")).json()["problems"][0]["transferred_on"]
    transfer = {"on": on, "document_no": "渝环执法移示例2号"}
    new = {**NEW, "enterprise": "重庆示例涂装有限公司", "transfer": transfer}
    number = str((await city.change("/problems", "new-2", json=new))["problem_no"])

    async def known() -> bool:
        return (await city.ask("GET", f"/problems/{number}")).status_code == 200

    await eventually(known)
    return number


async def make_unreadable(city: City, number: str) -> None:
    """Have the life go on from a policy of a shape to come, and the store lose its book."""
    before = city.client.get_workflow_handle(workflow_id(number))
    start = await start_of(city.client, number)
    await before.terminate("the test begins it anew")
    await city.client.start_workflow(
        "ProblemWorkflow",
        {**start, "policy": {"clocks": "of another time"}},
        id=workflow_id(number),
        task_queue=TASK_QUEUE,
    )
    lost = update(ProblemRow).where(col(ProblemRow.problem_no) == number)
    async with city.db.writing() as session:
        await session.execute(lost.values(policy="lost@1#0", policy_hash="0" * 64))


async def start_of(client: Client, number: str) -> dict[str, Any]:
    """Give what a life began with, as plain JSON content."""
    history = await client.get_workflow_handle(workflow_id(number)).fetch_history()
    begun = history.events[0].workflow_execution_started_event_attributes
    (content,) = await client.data_converter.decode(begun.input.payloads)
    return dict(content)
