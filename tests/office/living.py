"""Lives of problems through the desk of the test house."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain import commands as c
from domain.local_time import day_of
from domain.problem import Problem
from domain.roles import Actor, Role
from tests.worlds.house import OFFICER, House

SUPERVISOR = Actor("supervisor-1", Role.SUPERVISOR)
DONE = c.Answer(
    state=c.RectificationState.DONE,
    text="已完成密闭改造，联系人张某示例，电话13800000000。",
    penalty_outcome="first_violation",
)


async def answered(house: House, number: str, answer: c.Answer = DONE) -> Problem:
    """Let the district answer the open round now; what the group punished it calls so."""
    problem = await house.desk.state(number)
    if answer is DONE and problem.facts.key_content:
        answer = replace(DONE, penalty_outcome="city_group")
    await house.desk.command(
        number,
        c.SubmitFeedback(
            receipt_id=f"{number}-r{len(problem.submissions) + 1}",
            round_no=len(problem.rounds),
            district=problem.district,
            received_at=house.clock.now,
            answer=answer,
            content_sha256="0" * 64,
            by=Actor(f"district:{problem.district}", Role.DISTRICT),
        ),
        f"{number}-answer-{len(problem.submissions) + 1}",
    )
    return await house.desk.state(number)


async def reviewed(
    house: House, number: str, verdict: c.Verdict = c.Verdict.ACCEPT_DONE, reason: str = ""
) -> Problem:
    """Let the officer review the answer now."""
    waiting = (await house.desk.state(number)).under_review
    assert waiting is not None
    command = c.ReviewFeedback(
        receipt_id=waiting.receipt_id, verdict=verdict, reason=reason, by=OFFICER
    )
    await house.desk.command(number, command, f"{waiting.receipt_id}-review")
    return await house.desk.state(number)


async def revisited(house: House, number: str, result: c.RevisitResult) -> Problem:
    """Let somebody go and look today."""
    command = c.RecordRevisit(
        on=day_of(house.clock.now), result=result, findings="现场核查示例", by=OFFICER
    )
    await house.desk.command(number, command, f"{number}-revisit-{house.clock.now:%m%d}")
    return await house.desk.state(number)


async def rectified(house: House, number: str, **facts: Any) -> Problem:
    """Bring a problem to where it awaits its revisit."""
    await house.transferred(number, **facts)
    await answered(house, number)
    return await reviewed(house, number)
