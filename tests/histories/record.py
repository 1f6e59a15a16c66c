"""Record the lives of this folder anew: `python -m tests.histories.record`.

Only for a life that is new. A history recorded once is never recorded again: it is the proof that
today's code still replays what ran before.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from datetime import date, timedelta
from pathlib import Path

from temporalio.client import Client

from audit.sources import life_on_server
from domain import commands as c
from domain.outcomes import CommandRefused
from simulation.behaviours import OFFICER, Behaviour
from simulation.script import Casting, live
from tests.domain.lives import default_rules, some_facts
from tests.journeys.test_last_second import LATE, a_night
from tests.workflows.carrying import Carrying
from tests.workflows.living import Living, living

FOLDER = Path(__file__).parent
MONDAY = date(2024, 6, 24)


async def record_behaviour(behaviour: Behaviour) -> None:
    """Live one scripted life and keep its history."""
    async with living() as life:
        casting = Casting(
            row=1,
            behaviour=behaviour,
            register=c.RegisterProblem(problem_no=life.problem_no, facts=some_facts(), by=OFFICER),
            transfer=c.TransferProblem(on=MONDAY, document_no="示例1号", by=OFFICER),
        )
        await live(casting, Carrying(life), default_rules(), None)
        await _keep(life, behaviour.value)


async def record_hashed_calendar() -> None:
    """Keep a life whose calendar carries the hash of its own years."""
    async with living() as life:
        await life.begin()
        answer = await life.answer()
        await life.do(answer, answer.receipt_id)
        await life.close()
        await _keep(life, "hashed_calendar")


async def record_refusals_and_runs() -> None:
    """Keep a life with refused commands that went on over several runs."""
    async with living(continue_after=40) as life:
        await life.begin()
        for number in range(8):
            await life.do(c.SendReminder(by=OFFICER), f"press-{number}")
            try:
                await life.do(c.RecordListNumber(number="1", by=OFFICER), f"number-{number}")
            except CommandRefused:
                continue
        await _keep(life, "refused_and_continued")


async def record_held() -> None:
    """Keep a life whose consequence waits for proof of service, and then comes."""
    async with living() as life:
        life.inbox.served = False
        await life.begin()
        await life.sleep_until(await life.now() + timedelta(days=17))
        served = c.RecordService(served_on=date(2024, 7, 11), means="直接送达", by=OFFICER)
        await life.do(served, "served")
        await life.sleep_until(await life.now() + timedelta(days=30))
        await life.state()
        await _keep(life, "held_for_service")


async def record_late_while_down() -> None:
    """Keep a life whose answer came one second late while no worker was there."""
    with tempfile.TemporaryDirectory(prefix="bihuan-night-") as folder:
        async with a_night(Path(folder)) as night:
            await _keep_runs(night.desk.client, LATE, "late_while_down")


async def _keep(life: Living, name: str) -> None:
    await _keep_runs(life.env.client, life.problem_no, name)


async def _keep_runs(client: Client, problem_no: str, name: str) -> None:
    runs = await life_on_server(client, problem_no)
    for number, run in enumerate(runs, start=1):
        suffix = f".{number}" if len(runs) > 1 else ""
        target = FOLDER / name / f"run{suffix}.json"
        target.parent.mkdir(exist_ok=True)
        # A refusal's stack trace names folders of the machine; replay does not look at it.
        text = re.sub(r'("stackTrace": )"(?:[^"\\]|\\.)*"', r'\1""', run.to_json())
        target.write_text(text, encoding="utf-8")


async def main() -> None:
    """Record what is not there yet."""
    for behaviour in Behaviour:
        if not (FOLDER / behaviour.value).exists():
            await record_behaviour(behaviour)
    if not (FOLDER / "hashed_calendar").exists():
        await record_hashed_calendar()
    if not (FOLDER / "refused_and_continued").exists():
        await record_refusals_and_runs()
    if not (FOLDER / "held_for_service").exists():
        await record_held()
    if not (FOLDER / "late_while_down").exists():
        await record_late_while_down()


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)
