"""An appeal of the last second of its window, handed in while the worker is down, keeps its life.

The problem is closed and nothing is owed any more: were the end of the life met before the inbox is
let in, an acknowledged appeal would find nobody to take it.
"""

from __future__ import annotations

import uuid
from datetime import date, time, timedelta
from pathlib import Path

from domain import commands as c
from domain.agenda import DutyKind, agenda
from domain.appeal_window import appeal_until
from domain.life import CarriedOver
from domain.local_time import at_local
from domain.problem import Problem
from gateways.problem_desk import TemporalDesk
from store.district import inbox
from store.district.papers import AppealPaper
from store.lives import problems
from store.lives.records import record
from tests.worlds.life import MONDAY, OFFICER, SUPERVISOR, Life, some_facts
from tests.worlds.patience import eventually
from tests.worlds.processes import Processes, gone_before
from workflows.messages import LifeStart

IN_TIME, LATE = "CQ2024-0001", "CQ2024-0002"


def a_closed_life(number: str) -> Life:
    """Found false, then rectified, revisited and closed within a few days; points were deducted."""
    life = Life(now=at_local(MONDAY, time(9)))
    life.do(c.RegisterProblem(problem_no=number, facts=some_facts(), by=OFFICER))
    life.transfer()
    life.until(date(2024, 6, 25))
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    life.prove_told()
    life.answer()
    life.review()
    life.do(
        c.RecordRevisit(
            on=life.today, result=c.RevisitResult.IN_PLACE, findings="已到位", by=OFFICER
        )
    )
    proposal = life.problem.proposal
    assert proposal is not None
    life.do(c.ApproveClosure(content_hash=proposal.content_hash, by=SUPERVISOR))
    return life


async def take_up(house: Processes, desk: TemporalDesk, life: Life) -> None:
    """Let the server carry on with a life that the rules have lived so far."""
    problem = life.problem
    await record(house.db, problem.problem_no, life.history, life.notices)
    start = LifeStart(
        register=c.RegisterProblem(problem_no=problem.problem_no, facts=problem.facts, by=OFFICER),
        transfer=None,
        policy=life.rules.policy,
        calendar=life.rules.calendar,
        rules_version=life.rules.version,
        clock_shift_seconds=desk.clock_shift.total_seconds(),
        carried=CarriedOver(problem=problem, handled=()),
    )
    await desk.begin_again(problem.problem_no, start)


async def appeal(house: Processes, problem: Problem) -> str:
    """Commit an appeal of which no life is told; give its receipt."""
    receipt_id = str(uuid.uuid4())
    paper = AppealPaper(
        problem_no=problem.problem_no,
        district=problem.district,
        round_no=1,
        deduction=problem.deductions[0].seq,
        reason="现场设备正在检修",
        files=(),
        filled_by="示例",
        telephone="",
    )
    await inbox.submit(
        house.db, inbox.NewSubmission(receipt_id=receipt_id, link_jti="", paper=paper)
    )
    return receipt_id


async def settled(house: Processes, receipt_id: str) -> str:
    """Wait until a paper is settled; give how."""

    async def state() -> str | None:
        async with house.db.reading() as session:
            row = await inbox.find(session, receipt_id)
        assert row is not None
        return row.state if row.state != inbox.InboxState.RECEIVED else None

    return await eventually(state, f"an end of {receipt_id}")


async def read_model(house: Processes, number: str) -> Problem:
    """Give a problem as the store has it."""
    async with house.db.reading() as session:
        problem = await problems.get(session, number)
    assert problem is not None
    return problem


async def test_an_appeal_of_the_last_second_is_let_in_before_the_life_ends(tmp_path: Path) -> None:
    lives = [a_closed_life(number) for number in (IN_TIME, LATE)]
    end = agenda(lives[0].problem, lives[0].rules)
    assert end is not None
    assert end.kind is DutyKind.LIFE_END
    assert end.at == appeal_until(lives[0].problem.deductions[0], lives[0].rules)

    async def lives_on_server(house: Processes, desk: TemporalDesk) -> None:
        for life in lives:
            await take_up(house, desk, life)

    house, desk, _ = await gone_before(end.at, tmp_path, lives_on_server)
    try:
        with house.stopped_at(end.at - timedelta(seconds=0.9)):
            first = await appeal(house, lives[0].problem)
        with house.stopped_at(end.at + timedelta(seconds=1)):
            late = await appeal(house, lives[1].problem)
        await house.until(end.at + timedelta(seconds=1))
        await house.start_worker()
        assert await settled(house, first) == "applied"
        assert await settled(house, late) in ("refused", "life_ended")
        kept, gone = [await read_model(house, number) for number in (IN_TIME, LATE)]
        (open_appeal,) = kept.appeals_open
        assert open_appeal.appeal is not None
        assert open_appeal.appeal.received_at < end.at
        assert not kept.ended
        assert gone.ended
        assert not gone.appeals_open
        assert not (await eventually(lambda: desk.state(IN_TIME), IN_TIME)).ended
    finally:
        await house.stop()
