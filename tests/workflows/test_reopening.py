"""A closed problem that came back is taken up again, before and after its life has ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from audit.sources import life_on_server
from audit.verify import Verified, verify_life
from domain import commands as c
from domain.local_time import at_local
from domain.outcomes import CommandRefused, NoSuchLife
from domain.stages import RoundKind, Stage
from gateways.ended_lives import handover_of, taken_up
from gateways.temporal_client import DATA_CONVERTER
from tests.worlds.life import OFFICER, SUPERVISOR
from tests.worlds.server import Living, living

DAY_TEN = at_local(date(2024, 7, 4), time(10))
DAY_SEVENTEEN = at_local(date(2024, 7, 11), time(10))
CAME_BACK = c.ProposeAct(
    act=c.ReopenProblem(findings="示例：现场复查，问题反弹。"), reason="反弹", by=OFFICER
)


async def close(life: Living) -> c.SubmitFeedback:
    """Live to closure; give the answer on which the problem was closed."""
    await life.begin()
    await life.sleep_until(DAY_TEN)
    answer = await life.answer()
    await life.do(answer, "r1")
    await life.close()
    return answer


async def agree(life: Living) -> None:
    """The second person approves what was proposed."""
    proposed = (await life.state()).proposed[-1]
    approval = c.ApproveAct(
        proposal=proposed.seq, content_hash=proposed.content_hash, by=SUPERVISOR
    )
    await life.do(approval, "agreed")


async def verify(life: Living) -> Verified:
    """Look at all runs of the life a second time."""
    runs = await life_on_server(life.env.client, life.problem_no)
    return await verify_life(runs, DATA_CONVERTER)


async def test_a_life_that_has_ended_is_taken_up_in_a_new_run_and_is_one_life() -> None:
    async with living() as life:
        answer = await close(life)
        await life.handle.result()
        before = await life.state()
        await life.sleep_until(await life.now() + timedelta(days=20))
        outcome = await life.do(CAME_BACK, "back")
        await agree(life)
        problem = await life.state()
        await life.do(await life.answer("r2", round_no=2), "r2")
        await life.close("again-")
        await life.handle.result()
        verified = await verify(life)
    assert before.ended
    assert outcome.events == ("act:proposed",)
    assert outcome.seq == before.seq + 1
    assert (problem.stage, problem.reopened) == (Stage.RECTIFYING, 1)
    assert problem.rounds[-1].kind is RoundKind.RECTIFICATION
    assert problem.submissions[0].content_sha256 == answer.content_sha256
    assert life.records.seqs == list(range(1, len(life.records.seqs) + 1))
    assert (verified.difference, verified.runs, verified.closed) == (None, 2, True)


async def test_a_receipt_delivered_again_after_reopening_does_nothing() -> None:
    async with living() as life:
        answer = await close(life)
        await life.handle.result()
        await life.do(CAME_BACK, "back")
        await agree(life)
        before = await life.state()
        outcome = await life.do(answer, "r1")
        after = await life.state()
        verified = await verify(life)
    assert after == before
    assert outcome.events == ("feedback:received",)
    assert verified.difference is None


async def test_a_closed_life_in_its_appeal_window_is_reopened_in_the_run_it_is_in() -> None:
    async with living() as life:
        await life.begin()
        await life.sleep_until(DAY_SEVENTEEN)
        await life.do(await life.answer(), "r1")
        await life.close(at_once=True)
        closed = await life.state()
        await life.do(CAME_BACK, "back")
        await agree(life)
        problem = await life.state()
        verified = await verify(life)
    assert (closed.stage, closed.ended) == (Stage.CLOSED, False)
    assert problem.reopened == 1
    assert (verified.difference, verified.runs) == (None, 1)


async def test_asking_again_to_reopen_begins_no_second_run() -> None:
    async with living() as life:
        await close(life)
        await life.handle.result()
        first = await life.do(CAME_BACK, "back")
        again = await asyncio.gather(*(life.do(CAME_BACK, "back") for _ in range(3)))
        proposed = (await life.state()).proposed
        verified = await verify(life)
    assert again == [first] * 3
    assert len(proposed) == 1
    assert (verified.difference, verified.runs) == (None, 2)


async def test_a_proposal_the_rules_refuse_is_answered_and_the_life_is_over_again() -> None:
    nothing_found = replace(CAME_BACK, act=c.ReopenProblem(findings=" "))
    async with living() as life:
        await close(life)
        await life.handle.result()
        with pytest.raises(CommandRefused) as refused:
            await life.do(nothing_found, "back")
        with pytest.raises(CommandRefused):
            await life.do(nothing_found, "back")
        await life.handle.result()
        ended = (await life.state()).ended
        accepted = await life.do(CAME_BACK, "back with findings")
        verified = await verify(life)
    assert refused.value.code == "reason_missing"
    assert ended
    assert accepted.events == ("act:proposed",)
    assert (verified.difference, verified.runs) == (None, 3)


async def test_a_proposal_that_is_declined_ends_the_life_again_and_another_takes_it_up() -> None:
    async with living() as life:
        await close(life)
        await life.handle.result()
        await life.do(CAME_BACK, "back")
        proposed = (await life.state()).proposed[-1]
        no = c.DeclineAct(proposal=proposed.seq, reason="示例：证据不足。", by=SUPERVISOR)
        await life.do(no, "declined")
        await life.handle.result()
        over = await life.state()
        await life.do(CAME_BACK, "back once more")
        await agree(life)
        problem = await life.state()
        verified = await verify(life)
    assert (over.stage, over.ended, over.reopened) == (Stage.CLOSED, True, 0)
    assert problem.reopened == 1
    assert (verified.difference, verified.runs) == (None, 3)


async def test_only_a_reopening_takes_up_an_ended_life() -> None:
    async with living() as life:
        await close(life)
        await life.handle.result()
        with pytest.raises(NoSuchLife):
            await life.do(c.SendReminder(by=OFFICER), "press")
        reversal = replace(CAME_BACK, act=c.ReverseDeduction(deduction=1))
        with pytest.raises(NoSuchLife):
            await life.do(reversal, "reverse")
        with pytest.raises(NoSuchLife):
            await life.desk.command("CQ2024-9999", CAME_BACK, "back")


async def test_a_revival_that_brings_other_than_the_life_ended_with_is_found() -> None:
    async with living() as life:
        await close(life)
        await life.handle.result()
        legacy = await handover_of(life.env.client, life.problem_no, timedelta(seconds=15))
        carried = legacy.start.carried
        assert carried is not None
        forgeries = {
            "结转的问题": replace(carried, problem=replace(carried.problem, document_no="别的")),
            "已办指令": replace(carried, handled=carried.handled[1:]),
        }
        said = []
        for number, forged in enumerate(forgeries.values()):
            start = replace(taken_up(legacy, CAME_BACK, f"back-{number}"), carried=forged)
            await life.desk.begin_again(life.problem_no, start)
            await life.state()
            said.append((await verify(life)).difference)
            await life.handle.terminate("the next forgery")
    for words, difference in zip(forgeries, said, strict=True):
        assert difference is not None
        assert words in difference


async def test_the_district_stands_in_the_server_s_index_as_it_is_after_reassignment() -> None:
    async with living() as life:
        await life.begin()
        await life.state()
        before = await life.district_shown()
        moved = c.ReassignProblem(to_district="500104", reason="示例", by=OFFICER)
        await life.do(moved, "moved")
        await life.state()
        after = await life.district_shown()
        verified = await verify(life)
    assert (before, after) == ("500103", "500104")
    assert verified.difference is None
