"""A life that was broken off or lost goes on by two persons' word, with all that was handed in."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.common import WorkflowIDReusePolicy

from activities.open_lives import OpenLives
from activities.reconciler import Reconciler
from command_line import rebuild
from command_line.lives_told import Source
from domain import commands as c
from domain.local_time import day_of
from domain.stages import Stage
from gateways.problem_desk import TemporalDesk
from tests.journeys.whole_life import begin, demand_folded
from tests.worlds.city import NEW, City, city_in
from tests.worlds.life import OFFICER, some_facts
from tests.worlds.patience import eventually
from tests.worlds.processes import insist, known
from tests.worlds.repairing import hand_in, repairing_in
from wiring import desk_for, rules_of_the_day
from workflows.names import TASK_QUEUE, found_by, workflow_id
from workflows.problem_workflow import ProblemWorkflow

ENDED, CANCELLED, LATE, WELL = (f"CQ2026-000{name}" for name in "1234")
TODAY = day_of(datetime.now(UTC))


def desk_of(city: City) -> TemporalDesk:
    """The counter of a city."""
    return desk_for(city.client, city.settings, rules_of_the_day(city.settings))


async def begin_with_little_time(city: City, number: str) -> None:
    """Begin a life that the server gives up after some seconds."""
    desk = desk_of(city)
    register = c.RegisterProblem(problem_no=number, facts=some_facts(), by=OFFICER)
    transfer = c.TransferProblem(on=TODAY, document_no="示例", by=OFFICER)
    await city.client.start_workflow(
        ProblemWorkflow.run,
        desk._life_start(register, transfer, "", desk.rules),
        id=workflow_id(number),
        task_queue=TASK_QUEUE,
        run_timeout=timedelta(seconds=3),
        search_attributes=found_by(register.facts),
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
    )
    await known(desk, number, Stage.AWAITING_FEEDBACK)


async def test_lives_ended_from_outside_go_on_and_what_was_handed_in_meanwhile_is_applied_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with city_in(tmp_path) as city:
        desk, two = desk_of(city), repairing_in(city, monkeypatch, capsys)
        await begin_with_little_time(city, LATE)
        for number in (ENDED, CANCELLED, WELL):
            await begin(desk, number, TODAY)
        await city.client.get_workflow_handle(workflow_id(ENDED)).terminate("示例")
        await city.client.get_workflow_handle(workflow_id(CANCELLED)).cancel()
        receipts = {number: await hand_in(city, number) for number in (ENDED, CANCELLED, LATE)}

        async def all_lost() -> bool:
            shown = (await two.preview())["lives"]
            return [one["lost"] for one in shown] == ["terminated", "canceled", "timed_out"]

        await eventually(all_lost, "three lost lives")
        shown = (await two.preview(ENDED))["lives"][0]
        assert shown["submissions_waiting"] == [receipts[ENDED]]
        assert shown["from_log"] == 0
        assert (await two.verified(ENDED)).difference is not None
        proposal = await two.propose()
        both: tuple[int, ...] = await asyncio.gather(two.apply(proposal), two.apply(proposal))
        assert set(both) == {0}
        for number in (ENDED, CANCELLED, LATE):
            problem = await known(desk, number, Stage.UNDER_REVIEW)
            assert [one.receipt_id for one in problem.submissions] == [receipts[number]]
            log, _ = await demand_folded(city.db, number)
            assert [one.event.tag for one in log].count("life:restored") == 1
            found = await two.verified(number)
            assert found.difference is None
            assert found.runs == 2
            assert "接续办理" in found.notes[0]
        refused = await two.preview(WELL, ENDED)
        assert [one["code"] for one in refused["not_restorable"]] == ["life_running"] * 2
        review = c.ReviewFeedback(
            receipt_id=receipts[ENDED], verdict=c.Verdict.ACCEPT_DONE, reason="示例", by=OFFICER
        )
        await insist(desk, ENDED, review, "key:u-officer/review-1")
        archive = city.settings.archive
        look = Reconciler(city.client, city.db, archive, lag=timedelta(0), again_seconds=1.0)

        async def agrees() -> bool:
            return not (await look.look()).differences

        await eventually(agrees, "an agreement of all")
        assert await rebuild.check(Source.HISTORIES, [], as_json=True) == 0


async def registered(city: City, key: str) -> str:
    """A problem registered and transferred at the doors, known to all."""
    transfer = {"on": TODAY.isoformat(), "document_no": "渝环执法移示例1号"}
    new = {**NEW, "enterprise": f"重庆示例{key}公司", "transfer": transfer}
    number = str((await city.change("/problems", key, json=new))["problem_no"])
    await known(desk_of(city), number, Stage.AWAITING_FEEDBACK)
    return number


async def test_after_temporal_was_lost_all_lives_go_on_from_their_exports_and_the_event_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with city_in(tmp_path) as city:
        numbers = [await registered(city, key) for key in ("one", "two")]
        exports = OpenLives(city.client, city.db, city.settings.open_lives)
        assert await exports.claimed()
        assert not await exports.claimed()
        assert await exports.export() == 2
        assert await exports.export() == 0
        receipts = {numbers[0]: await hand_in(city, numbers[0])}
        before = await known(desk_of(city), numbers[0], Stage.UNDER_REVIEW)
        await asyncio.to_thread(shutil.rmtree, city.settings.open_lives / numbers[1])
    await asyncio.to_thread(shutil.rmtree, tmp_path / "temporal")
    async with city_in(tmp_path, "again") as city:
        desk, two = desk_of(city), repairing_in(city, monkeypatch, capsys, "again")
        receipts[numbers[1]] = await hand_in(city, numbers[1])
        proposal = await two.propose()
        assert [one["problem_no"] for one in proposal["lives"]] == numbers
        exported, forgotten = proposal["lives"]
        assert exported["from_history"] > 0
        assert exported["from_log"] > 0
        assert forgotten["from_history"] == 0
        assert await two.apply(proposal) == 0
        problem = await known(desk, numbers[0], Stage.UNDER_REVIEW)
        assert problem.rounds == before.rounds
        for number in numbers:
            problem = await known(desk, number, Stage.UNDER_REVIEW)
            assert [one.receipt_id for one in problem.submissions] == [receipts[number]]
            found = await two.verified(number)
            assert found.difference is None
            assert "数据库的事件记录" in found.notes[0]
            await demand_folded(city.db, number)
        assert (await two.preview())["lives"] == []
        assert await rebuild.check(Source.HISTORIES, [], as_json=True) == 0
