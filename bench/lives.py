"""Starts and answers of lives, against the bare equivalent."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from temporalio.client import Client

from bench.bare import BareWorkflow
from bench.measuring import doing, rate, report
from bench.noting import Noting, Sizes
from domain import commands as c
from domain.local_time import day_of
from domain.roles import Actor, Role
from gateways.problem_desk import TemporalDesk
from workflows.names import workflow_id

OFFICER = Actor("bench", Role.OFFICER)
LIVES = 64
ROUNDS = 5
_SHARE = 0.7


async def lives_and_updates(client: Client, desk: TemporalDesk, noting: Noting) -> None:
    """Starts and answers per second against the bare equivalent, in turn."""
    sizes = await _sizes(client, desk, noting)
    starts: list[float] = []
    answers: list[float] = []
    speeds: list[tuple[float, ...]] = []
    for number in range(-1, ROUNDS):
        doing(f"移交与反馈，第 {number + 1}/{ROUNDS} 轮（第 0 轮不计）")
        ours = [f"B{number}-{place:04d}" for place in range(LIVES)]
        bare = [f"bare-{name}" for name in ours]
        our_starts = await rate([started(desk, noting, name) for name in ours])
        bare_starts = await rate([_bare_started(client, noting, name, sizes) for name in bare])
        our_answers = await rate([_answered(desk, name) for name in ours])
        bare_answers = await rate([_bare_answered(client, name, sizes) for name in bare])
        if number >= 0:
            starts.append(our_starts / bare_starts)
            answers.append(our_answers / bare_answers)
            speeds.append((our_starts, bare_starts, our_answers, bare_answers))
    n = f"n={ROUNDS}×{LIVES}"
    middle = [statistics.median(column) for column in zip(*speeds, strict=True)]
    report(
        "移交：每秒启动并记录的问题 ÷ 空流程启动",
        "≥ 0.7",
        f"{_median(starts)}（{middle[0]:.0f}/s ÷ {middle[1]:.0f}/s，{n}）",
        reached=statistics.median(starts) >= _SHARE,
    )
    report(
        "反馈：每秒受理 ÷ 空 Update 加一个活动",
        "≥ 0.7",
        f"{_median(answers)}（{middle[2]:.0f}/s ÷ {middle[3]:.0f}/s，{n}）",
        reached=statistics.median(answers) >= _SHARE,
    )


def _median(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.2f}（{min(ratios):.2f}–{max(ratios):.2f}）"


async def _sizes(client: Client, desk: TemporalDesk, noting: Noting) -> Sizes:
    """Read off a life's own history how many bytes each of its payloads has."""
    await started(desk, noting, "SIZES")()
    await _answered(desk, "SIZES")()
    history = await client.get_workflow_handle(workflow_id("SIZES")).fetch_history()
    begun = history.events[0].workflow_execution_started_event_attributes.input
    orders = [
        event.activity_task_scheduled_event_attributes.input
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    asked = next(
        event.workflow_execution_update_accepted_event_attributes.accepted_request.input.args
        for event in history.events
        if event.HasField("workflow_execution_update_accepted_event_attributes")
    )
    answered = next(
        event.workflow_execution_update_completed_event_attributes.outcome.success
        for event in history.events
        if event.HasField("workflow_execution_update_completed_event_attributes")
    )
    start, first, update, second, answer = (
        len(payloads.payloads[0].data)
        for payloads in (begun, orders[0], asked, orders[1], answered)
    )
    return Sizes(start=start, first=first, update=update, second=second, answer=answer)


def started(desk: TemporalDesk, noting: Noting, name: str) -> Callable[[], Awaitable[object]]:
    """Give the job that starts a life and waits until its start is recorded."""
    facts = c.Facts(enterprise="示例企业", description="示例问题" * 10, district="500103")
    register = c.RegisterProblem(problem_no=name, facts=facts, by=OFFICER)
    transfer = c.TransferProblem(on=day_of(datetime.now(UTC)), document_no="示例", by=OFFICER)

    async def job() -> None:
        await desk.start(name, register, transfer)
        await noting.done[workflow_id(name)].wait()

    return job


def _bare_started(
    client: Client, noting: Noting, name: str, sizes: Sizes
) -> Callable[[], Awaitable[object]]:
    async def job() -> None:
        await client.start_workflow(
            BareWorkflow.run, args=["x" * sizes.start, sizes], id=name, task_queue="bench"
        )
        await noting.done[name].wait()

    return job


def _answered(desk: TemporalDesk, name: str) -> Callable[[], Awaitable[object]]:
    async def job() -> None:
        answer = c.SubmitFeedback(
            receipt_id=f"{name}-r",
            round_no=1,
            district="500103",
            received_at=datetime.now(UTC),
            answer=c.Answer(state=c.RectificationState.DONE, text="已整改" * 20),
            content_sha256="0" * 64,
            by=Actor("district:500103", Role.DISTRICT),
        )
        await desk.command(name, answer, f"{name}-r")

    return job


def _bare_answered(client: Client, name: str, sizes: Sizes) -> Callable[[], Awaitable[object]]:
    async def job() -> None:
        handle = client.get_workflow_handle(name)
        await handle.execute_update(BareWorkflow.step, "x" * sizes.update, id=f"{name}-r")

    return job
