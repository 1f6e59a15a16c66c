"""Twenty kills of the worker and twenty of the Temporal server: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.sources import life_on_server
from audit.verify import verify_life
from domain import commands as c
from domain.events import PointsDeducted
from domain.local_time import day_of
from domain.outcomes import CommandRefused, NoSuchLife, Outcome, OutcomeUnknown
from domain.problem import Problem, fold
from domain.stages import Stage
from embedded.prepare import prepare
from embedded.temporal_server import NAMESPACE, TemporalServer, free_port
from gateways.problem_desk import TemporalDesk
from gateways.temporal_client import DATA_CONVERTER
from settings import Settings
from store import event_log, inbox, problems
from store.engine import Database
from tests.domain.lives import OFFICER, SUPERVISOR, some_facts
from worker import desk_for, rules_of_the_day

KILLS = int(os.environ.get("KILLS", "20"))
LIVES = 5
SEED = 20240624


class House:
    """Worker and server as processes of their own, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.server = TemporalServer(folder / "temporal", free_port())
        self.settings = Settings(
            _env_file=None,
            data_dir=folder,
            temporal_address=self.server.address,
            temporal_namespace=NAMESPACE,
            smtp_port=free_port(),
        )
        self.db = Database(self.settings.database)
        self.kills: Counter[str] = Counter()
        self._worker: asyncio.subprocess.Process | None = None

    async def start(self) -> TemporalDesk:
        await prepare(self.settings, self.db)
        client = await self.server.start()
        await self.start_worker()
        return desk_for(client, self.settings, rules_of_the_day(self.settings))

    async def start_worker(self) -> None:
        environment = {
            **os.environ,
            "BIHUAN_DATA_DIR": str(self.settings.data_dir),
            "BIHUAN_TEMPORAL_ADDRESS": self.server.address,
            "BIHUAN_SMTP_PORT": str(self.settings.smtp_port),
        }
        self._worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cli",
            "worker",
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def kill_one(self, what: str) -> None:
        """Kill one, without a word, and start it again."""
        self.kills[what] += 1
        if what == "server":
            await self.server.kill()
            await self.server.start()
            return
        await self.kill_worker()
        await self.start_worker()

    async def kill_worker(self) -> None:
        if self._worker is not None and self._worker.returncode is None:
            self._worker.kill()
            await self._worker.wait()

    async def stop(self) -> None:
        await self.kill_worker()
        await self.server.stop()
        await self.db.dispose()


async def insist(desk: TemporalDesk, number: str, command: c.Command, key: str) -> Outcome:
    """Ask under the same id until the outcome is known."""
    for _ in range(200):
        try:
            return await desk.command(number, command, key)
        except (OutcomeUnknown, NoSuchLife):
            await asyncio.sleep(0.2)
    raise AssertionError(f"{command.name} never came to an outcome")


async def known(desk: TemporalDesk, number: str, stage: Stage) -> Problem:
    """Ask until the life has come to a stage."""
    for _ in range(300):
        try:
            problem = await desk.state(number)
        except (OutcomeUnknown, NoSuchLife):
            problem = None
        if problem is not None and problem.stage is stage:
            return problem
        await asyncio.sleep(0.2)
    raise AssertionError(f"{number} never became {stage}")


async def live_through(house: House, desk: TemporalDesk, number: str) -> None:
    """One life that is listed, rectified, revisited and closed."""
    today = day_of(datetime.now(UTC))
    register = c.RegisterProblem(problem_no=number, facts=some_facts(), by=OFFICER)
    transfer = c.TransferProblem(on=today, document_no="示例", by=OFFICER)
    for _ in range(100):
        try:
            await desk.start(number, register, transfer)
            break
        except OutcomeUnknown:
            await asyncio.sleep(0.2)
    await known(desk, number, Stage.AWAITING_FEEDBACK)
    for round_no, verdict in ((1, c.Verdict.FOUND_FALSE), (2, c.Verdict.ACCEPT_DONE)):
        receipt = str(uuid.uuid4())
        new = inbox.NewSubmission(
            receipt_id=receipt,
            problem_no=number,
            district="500103",
            round_no=round_no,
            answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
            filled_by="示例",
            telephone="",
            link_jti="",
        )
        first = await inbox.submit(house.db, new)
        assert (await inbox.submit(house.db, new)).received_at == first.received_at
        await known(desk, number, Stage.UNDER_REVIEW)
        review = c.ReviewFeedback(
            receipt_id=receipt, verdict=verdict, reason="核实情况", by=OFFICER
        )
        await insist(desk, number, review, f"{number}-review-{round_no}")
    visit = c.RecordRevisit(
        on=today, result=c.RevisitResult.IN_PLACE, findings="已到位", by=OFFICER
    )
    await insist(desk, number, visit, f"{number}-visit")
    proposal = (await known(desk, number, Stage.AWAITING_REVISIT)).proposal
    assert proposal is not None
    approval = c.ApproveClosure(content_hash=proposal.content_hash, by=SUPERVISOR)
    try:
        await insist(desk, number, approval, f"{number}-approval")
    except CommandRefused as refused:
        raise AssertionError(f"{number}: {refused.code}") from refused


async def kill_until_done(house: House, lives: asyncio.Future[list[None]]) -> None:
    """Kill in turn, at moments nobody chose, until both have had their number."""
    draw = random.Random(SEED)
    order = ["worker", "server"] * KILLS
    for what in order:
        await asyncio.sleep(draw.uniform(0.05, 0.6))
        await house.kill_one(what)
        if what == "worker":
            await asyncio.sleep(draw.uniform(0.5, 2.0))
    await lives


@pytest.mark.timeout(120 + 15 * KILLS)
async def test_forty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    house = House(tmp_path)
    desk = await house.start()
    try:
        numbers = [f"CQ2026-{place:04d}" for place in range(1, LIVES + 1)]
        lives = asyncio.gather(*(live_through(house, desk, number) for number in numbers))
        await kill_until_done(house, lives)
        assert house.kills == {"worker": KILLS, "server": KILLS}
        for number in numbers:
            await known(desk, number, Stage.CLOSED)
            async with house.db.reading() as session:
                history = await event_log.timeline(session, number)
                shown = await problems.get(session, number)
            folded: Problem | None = None
            for recorded in history:
                folded = fold(recorded, folded)
            assert folded == shown
            assert folded is not None
            assert len(folded.submissions) == 2
            assert folded.points == 2
            deducted = [r.event for r in history if isinstance(r.event, PointsDeducted)]
            assert len({(row.rule_id, row.occurrence) for row in deducted}) == len(deducted) == 1
            runs = await life_on_server(desk.client, number)
            assert (await verify_life(runs, DATA_CONVERTER)).difference is None
    finally:
        await house.stop()
