"""Every disaster that can be made on the real server and the real store is named, and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDReusePolicy

from activities.archive import Archive
from activities.reconciler import Reconciler
from command_line.audit import verify_command
from domain.commands import WithdrawProblem
from domain.local_time import day_of
from tests.journeys.whole_life import begin
from tests.worlds.city import NEW, City, answer_by_link, city_in, register, stage
from tests.worlds.life import SUPERVISOR
from tests.worlds.patience import eventually
from wiring import desk_for, evidence_for, rules_of_the_day
from workflows.names import TASK_QUEUE, workflow_id
from workflows.problem_workflow import ProblemWorkflow


@dataclass
class Watched:
    """A city, and a look at it that allows for no lag."""

    city: City
    reconciler: Reconciler

    async def begun(self, number: str) -> str:
        """A problem under way, known to all."""
        settings = self.city.settings
        desk = desk_for(self.city.client, settings, rules_of_the_day(settings))
        await begin(desk, number, day_of(datetime.now(UTC)))
        await eventually(lambda: desk.state(number), number)
        return number

    def handle(self, number: str) -> WorkflowHandle[ProblemWorkflow, object]:
        """Its life."""
        return self.city.client.get_workflow_handle(workflow_id(number))

    async def seen(self) -> set[tuple[str, str]]:
        """What does not agree, by code and problem."""
        found = await self.reconciler.look()
        return {(one.code.value, one.problem_no) for one in found.differences}

    async def named(self, code: str, number: str) -> None:
        """Wait until it is named."""

        async def told() -> bool:
            return (code, number) in await self.seen()

        await eventually(told, f"{code} of {number}")

    async def sql(self, *statements: str, **values: str) -> None:
        """Do to the store what nobody should."""
        async with self.city.db.writing() as session:
            for statement in statements:
                given = {name: one for name, one in values.items() if f":{name}" in statement}
                await session.execute(text(statement), given)


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    async with city_in(tmp_path) as city:
        archive = city.settings.archive
        no_lag = timedelta(0)
        yield Watched(
            city, Reconciler(city.client, city.db, archive, lag=no_lag, again_seconds=1.0)
        )


async def test_what_is_done_to_lives_is_named_and_the_others_are_left_alone(
    watched: Watched,
) -> None:
    names = ("1", "2", "3", "4", "5", "6")
    numbers = [await watched.begun(f"CQ2026-000{name}") for name in names]
    well, ended, cancelled, reset, twice, gone = numbers

    async def agrees() -> bool:
        return not await watched.seen()

    await eventually(agrees, "an agreement of all")
    await watched.handle(ended).terminate("示例")
    await watched.handle(cancelled).cancel()
    await watched.city.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=watched.city.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id(reset)),
            reason="示例",
            workflow_task_finish_event_id=4,
            request_id="reset-1",
        )
    )
    handover = await watched.handle(twice).query(ProblemWorkflow.handover)
    assert handover is not None
    await watched.handle(twice).terminate("示例")
    await watched.city.client.start_workflow(
        ProblemWorkflow.run,
        handover.start,
        id=workflow_id(twice),
        task_queue=TASK_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    await watched.sql("DELETE FROM problems WHERE problem_no = :gone", gone=gone)
    wanted = {
        ("life_terminated", ended),
        ("life_canceled", cancelled),
        ("life_reset", reset),
        ("life_started_twice", twice),
        ("read_model_behind", gone),
    }

    async def all_named() -> bool:
        return await watched.seen() >= wanted

    await eventually(all_named, "all of them")
    assert {number for _, number in await watched.seen()} == set(numbers) - {well}


async def test_a_life_that_records_in_vain_is_stuck(watched: Watched) -> None:
    number = await watched.begun("CQ2026-0001")
    # As after restoring a newer store: it holds an event that the life never decided.
    await watched.sql(
        "INSERT INTO events (problem_no, seq, at, tag, by_id, by_role, cause, body, generation)"
        " SELECT problem_no, 1 + (SELECT max(seq) FROM events), at, tag, by_id, by_role, cause, body,"
        " generation FROM events WHERE problem_no = :number AND seq = 1",
        "UPDATE problems SET seq = seq + 1 WHERE problem_no = :number",
        number=number,
    )
    desk = desk_for(
        watched.city.client, watched.city.settings, rules_of_the_day(watched.city.settings)
    )
    asked = asyncio.create_task(
        desk.command(number, WithdrawProblem(reason="示例", by=SUPERVISOR), "key:a/1")
    )
    await watched.named("life_stuck", number)
    asked.cancel()


async def test_problems_and_lives_are_missed_on_both_sides(watched: Watched) -> None:
    number = await watched.begun("CQ2026-0001")
    lifeless = "CQ2026-0002"
    await watched.sql(
        "DROP TRIGGER events_no_delete",
        "DROP TRIGGER events_no_update",
    )
    await watched.begun(lifeless)
    await watched.handle(lifeless).terminate("示例")
    await watched.sql(
        "UPDATE events SET problem_no = 'CQ2026-0003' WHERE problem_no = :lifeless",
        "UPDATE problems SET problem_no = 'CQ2026-0003' WHERE problem_no = :lifeless",
        lifeless=lifeless,
    )
    await watched.named("life_missing", "CQ2026-0003")
    await watched.named("problem_missing", lifeless)
    assert number not in {named for _, named in await watched.seen()}


async def test_a_receipt_that_the_log_lacks_and_one_that_the_inbox_lacks(watched: Watched) -> None:
    number = await register(watched.city)
    await answer_by_link(watched.city, number)

    async def answered() -> bool:
        return await stage(watched.city, number) == "under_review"

    await eventually(answered)
    await watched.sql(
        "DROP TRIGGER inbox_no_update",
        "DROP TRIGGER inbox_no_second_end",
        "UPDATE inbox SET receipt_id = 'another'",
    )
    await watched.named("receipt_unknown", number)
    await watched.sql("UPDATE inbox SET state = 'applied'")
    await watched.named("receipt_not_in_log", number)


async def test_a_deep_look_reads_what_has_changed_since_it_agreed_and_what_it_named(
    watched: Watched,
) -> None:
    number = await register(watched.city)
    looker = replace(watched.reconciler, evidence=evidence_for(watched.city.settings))

    async def agrees() -> bool:
        return not (await looker.look_deep()).differences

    await eventually(agrees)
    other = await watched.begun("CQ2026-0900")

    async def read_alone() -> bool:
        found = await looker.look_deep()
        return (found.differences, found.looked_into, found.unseen) == ((), 0, ())

    await eventually(read_alone)
    await watched.sql(
        "DROP TRIGGER events_no_update",
        "UPDATE events SET by_id = 'forged-' || by_id WHERE problem_no = :number AND seq = 1",
        number=number,
    )
    assert not (await looker.look_deep()).differences
    whole = await looker.look_whole()
    assert [(one.code.value, one.problem_no) for one in whole.differences] == [
        ("event_differs", number)
    ]
    assert whole.looked_into >= 2
    assert other not in str(whole.differences)
    for look in (looker.look, looker.look_deep, looker.look):
        assert [one.code.value for one in (await look()).differences] == ["event_differs"]
    await watched.sql("UPDATE events SET by_id = substr(by_id, 8) WHERE by_id LIKE 'forged-%'")
    assert not (await looker.look()).differences


async def test_an_archived_file_that_is_gone_or_changed_is_named(watched: Watched) -> None:
    numbers = [await watched.begun(f"CQ2026-000{name}") for name in "123"]
    for number in numbers:
        await watched.handle(number).terminate("示例")
    folder = watched.city.settings.archive
    archive = Archive(watched.city.client, watched.city.db, folder)

    async def exported() -> bool:
        await archive.archive_closed_runs()
        return len(list(folder.rglob("*.meta.json"))) == 3

    await eventually(exported, "three files")
    gone, changed, well = (
        next(one for one in (folder / number).glob("*.json") if ".meta." not in one.name)
        for number in numbers
    )
    await asyncio.to_thread(gone.unlink)
    await asyncio.to_thread(changed.write_text, "{}", encoding="utf-8")
    stray = well.with_name("stray.json")
    await asyncio.to_thread(stray.write_text, "{}", encoding="utf-8")
    archived = {one for one in await watched.seen() if one[0].startswith("archive")}
    assert archived == {
        ("archive_missing", numbers[0]),
        ("archive_changed", numbers[1]),
        ("archive_not_indexed", numbers[2]),
    }


async def test_a_number_that_another_life_holds_is_passed_over(watched: Watched) -> None:
    """As after restoring an older store: its numbers begin before those of the lives."""
    year = day_of(datetime.now(UTC)).year
    held = [await watched.begun(f"CQ{year}-000{name}") for name in "12"]
    await watched.sql("DELETE FROM problems", "DROP TRIGGER events_no_delete", "DELETE FROM events")
    before = {number: await watched.handle(number).query(ProblemWorkflow.state) for number in held}
    number = await register(watched.city)
    assert number == f"CQ{year}-0003"
    assert await register(watched.city) == number
    for other in held:
        assert await watched.handle(other).query(ProblemWorkflow.state) == before[other]


async def test_a_number_that_was_asked_for_and_is_anothers_is_refused(watched: Watched) -> None:
    number = await watched.begun("示例-1")
    await watched.sql("DELETE FROM problems", "DROP TRIGGER events_no_delete", "DELETE FROM events")
    answer = await watched.city.ask(
        "POST",
        "/problems",
        headers={"Idempotency-Key": "one"},
        json={**NEW, "problem_no": number},
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "problem_no_taken"


async def test_every_open_life_is_verified_and_a_terminated_one_is_a_difference(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = watched.city.settings
    monkeypatch.setenv("BIHUAN_TEMPORAL_ADDRESS", settings.temporal_address)
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(settings.data_dir))
    numbers = [await watched.begun(f"CQ2026-000{name}") for name in "12"]
    capsys.readouterr()
    assert await verify_command("", as_json=True, every_open=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert [life["problem_no"] for life in told["lives"]] == numbers
    await watched.handle(numbers[0]).terminate("示例")
    assert await verify_command(numbers[0], as_json=True) == 1
    assert "被强行终止" in capsys.readouterr().out
