"""Twenty kills of the worker and twenty of the Temporal server: nothing lost, nothing doubled.

Lives go on beside each other, one after another, for as long as the killing lasts.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.sources import life_on_server
from audit.verify import verify_life
from domain import commands as c
from domain.events import PointsDeducted
from domain.fold import fold
from domain.local_time import day_of
from domain.outcomes import CommandRefused, OutcomeUnknown
from domain.problem import Problem
from domain.stages import Stage
from gateways.problem_desk import TemporalDesk
from gateways.temporal_client import DATA_CONVERTER
from store import event_log, inbox, problems
from tests.domain.lives import OFFICER, SUPERVISOR, some_facts
from tests.journeys.house import House, insist, known

KILLS = int(os.environ.get("KILLS", "20"))
SIDE_BY_SIDE = 5
SEED = 20240624

_log = logging.getLogger(__name__)


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


async def live_on(house: House, desk: TemporalDesk, row: int, over: asyncio.Event) -> list[str]:
    """Live one life after another until the killing is over; give their numbers."""
    numbers: list[str] = []
    while not over.is_set():
        numbers.append(f"CQ2026-{row}{len(numbers):03d}")
        await live_through(house, desk, numbers[-1])
    return numbers


async def kill_in_turn(house: House, over: asyncio.Event) -> None:
    """Kill in turn, at moments nobody chose, until both have had their number."""
    draw = random.Random(SEED)
    try:
        for what in ["worker", "server"] * KILLS:
            await asyncio.sleep(draw.uniform(0.05, 0.6))
            await house.kill_one(what)
            _log.info("killed %s %d", what, house.kills[what])
            if what == "worker":
                await asyncio.sleep(draw.uniform(0.5, 2.0))
    finally:
        over.set()


async def demand_whole(house: House, desk: TemporalDesk, number: str) -> None:
    """Demand that a closed life has each of its events once, in history and store alike."""
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


@pytest.mark.timeout(120 + 15 * KILLS)
async def test_forty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    house, over, begun = House(tmp_path), asyncio.Event(), time.monotonic()
    desk = await house.start()
    try:
        lives = (live_on(house, desk, row, over) for row in range(1, SIDE_BY_SIDE + 1))
        rows, _ = await asyncio.gather(asyncio.gather(*lives), kill_in_turn(house, over))
        assert house.kills == {"worker": KILLS, "server": KILLS}
        numbers = [number for row in rows for number in row]
        for number in numbers:
            await demand_whole(house, desk, number)
        spent = time.monotonic() - begun
        _log.info("%s, %d lives, %.0f s", dict(house.kills), len(numbers), spent)
    finally:
        await house.stop()
