"""A running problem brought in on the real time-skipping server, and verified from its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from audit.sources import life_on_server
from audit.verify import verify_life
from domain import commands as c
from domain.local_time import at_local
from domain.stages import Stage
from gateways.temporal_client import DATA_CONVERTER
from tests.worlds.life import MONDAY, OFFICER, SUPERVISOR, some_facts
from tests.worlds.server import Living, living


async def bring_in(life: Living, existing: c.BroughtIn) -> None:
    register = c.RegisterProblem(problem_no=life.problem_no, facts=some_facts(), by=SUPERVISOR)
    transfer = c.TransferProblem(
        on=MONDAY,
        document_no="示例1号",
        served_on=MONDAY,
        served_by="直接送达",
        existing=existing,
        by=SUPERVISOR,
    )
    await life.desk.start(life.problem_no, register, transfer)


async def test_a_life_brought_in_sleeps_over_what_was_missed_and_verifies() -> None:
    async with living() as life:
        await life.sleep_until(at_local(date(2024, 10, 14), time(9)))
        await bring_in(life, c.BroughtIn(proposed_by=OFFICER, listed="第3号"))
        began = await life.state()
        await life.sleep_until(at_local(date(2025, 2, 3), time(10)))
        slept = await life.state()
        runs = await life_on_server(life.env.client, life.problem_no)
        verified = await verify_life(runs, DATA_CONVERTER)
    assert began.stage is Stage.AWAITING_FEEDBACK
    assert began.rounds[0].due_on == date(2024, 7, 9)
    assert slept.points == 0
    assert not slept.entries
    assert slept.level == 0
    assert verified.difference is None
    assert replace(slept, seq=0, reminded=()) == replace(began, seq=0, reminded=())
