"""A thousand due instants in one minute, with fewer lives in memory than wake."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from activities.capacity import own_capacity
from bench.bare import BareTimer
from bench.lives import OFFICER, started
from bench.measuring import Missed, doing, rate, report
from bench.noting import Noting
from bench.place import Place, open_place
from domain import commands as c
from domain.local_time import day_of
from domain.outcomes import NoSuchLife
from domain.problem import Problem
from gateways.problem_desk import TemporalDesk
from workflows.names import workflow_id

LIVES = 1_000
IN_MEMORY = 500
LEAD = 100.0
LOOKED_AT = 200

_LISTED = (
    "SELECT count(*), min(at), max(at) FROM events"
    " WHERE problem_no LIKE 'S-%' AND tag = 'list:placed'"
)


async def deadlines() -> None:
    """A thousand due instants in one minute: none early, no task timed out, and how late the last is.

    Each side has a server of its own, so that no life of it runs beside the next figure.
    """
    small = replace(own_capacity(), lives=IN_MEMORY)
    async with open_place(small) as place:
        early, ours = await _lives(place)
        timed_out = await _timed_out(place.client, [workflow_id(name) for name in _names()])
    async with open_place(small) as place:
        bare = await _bare(place)
    words = "有提前" if early else "无提前"
    report(
        "一千个时限同一分钟，内存只容五百个",
        "≤ 120 秒",
        f"{words}，最后一个晚 {ours:.0f} 秒",
        reached=not early and ours <= 120,
    )
    report("其中超时的流程任务", "0", f"{timed_out}（查看 {LOOKED_AT} 个）", reached=not timed_out)
    ratio = ours / bare
    words = f"{ratio:.2f}（{ours:.0f} 秒 ÷ {bare:.0f} 秒）"
    report("其中最后一个 ÷ 空流程的定时器，内存相同", "≤ 2", words, reached=ratio <= 2)


def _names() -> list[str]:
    return [f"S-{place:04d}" for place in range(LIVES)]


async def _lives(place: Place) -> tuple[bool, float]:
    """Let the lives fall due; tell whether one was early, and the seconds until the last is listed."""
    today = day_of(datetime.now(UTC))
    probe = await _probe(place.desk, place.noting)
    round_ = probe.open_round
    if round_ is None:
        raise Missed("试办的问题没有反馈时限")
    shift = round_.due_at - datetime.now(UTC)
    storm = replace(place.desk, clock_shift=shift - timedelta(seconds=LEAD))
    place.db.now = lambda: datetime.now(UTC) + storm.clock_shift
    facts = c.Facts(enterprise="示例企业", description="示例问题", district="500103")
    # Handed over on the paper's day: a transfer entered late would be counted from its registration.
    transfer = c.TransferProblem(
        on=today, document_no="示例", served_on=today, served_by="示例", by=OFFICER
    )

    def job(name: str) -> Callable[[], Awaitable[object]]:
        register = c.RegisterProblem(problem_no=name, facts=facts, by=OFFICER)
        return lambda: storm.start(name, register, transfer)

    await _begin([job(name) for name in _names()])
    count, first, last = 0, None, None
    for _ in range(int(LEAD) + 300):
        async with place.db.reading() as session:
            count, first, last = (await session.execute(text(_LISTED))).one()
        if count >= LIVES:
            break
        await asyncio.sleep(1)
    if count < LIVES:
        raise Missed(f"五分钟内只办理了 {count} 个时限")
    due = round_.due_at.replace(tzinfo=None)
    early = datetime.fromisoformat(str(first)) < due
    return early, (datetime.fromisoformat(str(last)) - due).total_seconds()


async def _begin(jobs: Sequence[Callable[[], Awaitable[object]]]) -> None:
    began = time.perf_counter()
    await rate(jobs)
    if time.perf_counter() - began > LEAD - 10:
        raise Missed("启动未能在时限之前完成")


async def _timed_out(client: Client, ids: Sequence[str]) -> int:
    """Count the timed-out tasks of some of the lives."""
    found = 0
    for name in ids[:: len(ids) // LOOKED_AT]:
        history = await client.get_workflow_handle(name).fetch_history()
        timed_out = EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT
        found += sum(event.event_type == timed_out for event in history.events)
    return found


async def _bare(place: Place) -> float:
    """Let as many bare timers fall due; give the seconds until the last has acted."""
    doing("一千个空流程的定时器")
    due = time.time() + LEAD

    def job(name: str) -> Callable[[], Awaitable[object]]:
        return lambda: place.client.start_workflow(
            BareTimer.run, args=["x" * 10_000, due], id=name, task_queue="bench"
        )

    await _begin([job(name) for name in _names()])
    for _ in range(int(LEAD + 300) * 10):
        if place.noting.acts.total() >= 2 * LIVES:
            return time.time() - due
        await asyncio.sleep(0.1)
    raise Missed("空流程的定时器五分钟内没有全部到时")


async def _probe(desk: TemporalDesk, noting: Noting) -> Problem:
    await started(desk, noting, "PROBE")()
    while True:
        try:
            return await desk.state("PROBE")
        except NoSuchLife:
            await asyncio.sleep(0.1)
