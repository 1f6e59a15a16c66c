"""A thousand due instants in one minute."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bench.lives import OFFICER, started
from bench.measuring import rate, report
from bench.noting import Noting
from domain import commands as c
from domain.local_time import day_of
from domain.outcomes import NoSuchLife
from domain.problem import Problem
from gateways.problem_desk import TemporalDesk
from store.engine import Database

_LISTED = (
    "SELECT count(*), min(at), max(at) FROM events"
    " WHERE problem_no LIKE 'S-%' AND tag = 'list:placed'"
)


async def deadlines(db: Database, desk: TemporalDesk, noting: Noting) -> None:
    """A thousand due instants in one minute: none early, and how late the last is done."""
    today = day_of(datetime.now(UTC))
    probe = await _probe(desk, noting)
    round_ = probe.open_round
    if round_ is None:
        raise RuntimeError("the probe owes nothing")
    lead = 100.0
    shift = round_.due_at - datetime.now(UTC)
    storm = replace(desk, clock_shift=shift - timedelta(seconds=lead))
    db.now = lambda: datetime.now(UTC) + storm.clock_shift
    facts = c.Facts(enterprise="示例企业", description="示例问题", district="500103")
    # Handed over on the paper's day: a transfer entered late would be counted from its registration.
    transfer = c.TransferProblem(
        on=today, document_no="示例", served_on=today, served_by="示例", by=OFFICER
    )

    def job(name: str) -> Callable[[], Awaitable[object]]:
        register = c.RegisterProblem(problem_no=name, facts=facts, by=OFFICER)
        return lambda: storm.start(name, register, transfer)

    began = time.perf_counter()
    await rate([job(f"S-{place:04d}") for place in range(1_000)])
    if time.perf_counter() - began > lead - 10:
        report("一千个时限同一分钟", "≤ 120 秒", "未测：启动未能在时限之前完成")
        return
    count, first, last = 0, None, None
    for _ in range(300):
        async with db.reading() as session:
            count, first, last = (await session.execute(text(_LISTED))).one()
        if count >= 1_000:
            break
        await asyncio.sleep(1)
    due = round_.due_at.replace(tzinfo=None)
    early = "有提前" if first and datetime.fromisoformat(str(first)) < due else "无提前"
    late = (datetime.fromisoformat(str(last)) - due).total_seconds() if last else float("nan")
    report("一千个时限同一分钟", "≤ 120 秒", f"{early}，最后一个晚 {late:.0f} 秒（完成 {count}）")


async def _probe(desk: TemporalDesk, noting: Noting) -> Problem:
    await started(desk, noting, "PROBE")()
    while True:
        try:
            return await desk.state("PROBE")
        except NoSuchLife:
            await asyncio.sleep(0.1)
