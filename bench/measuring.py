"""How a figure is taken and told."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence

AT_ONCE = 16

MISSED: list[str] = []
"""The figures that were not reached in this run."""


class Missed(Exception):
    """A figure could not even be measured; the message says why."""


def report(what: str, figure: str, measured: str, *, reached: bool | None = None) -> None:
    """Print a figure as soon as it is measured; one that is not reached is kept in `MISSED`."""
    if reached is False:
        MISSED.append(what)
    said = {True: "达到", False: "未达到", None: ""}[reached]
    print(f"{what:<58} 目标 {figure:<12} 实测 {measured} {said}".rstrip(), flush=True)


async def attempt(what: str, measuring: Callable[[], Awaitable[object]]) -> None:
    """Measure something; where that is not possible, it is missed and the next is measured."""
    doing(what)
    try:
        await measuring()
    except (Missed, TimeoutError) as error:
        report(what, "—", f"未测：{error}", reached=False)


def doing(what: str) -> None:
    """Say what is being measured, beside the figures."""
    print(f"… {what}", file=sys.stderr, flush=True)


async def rate(jobs: Sequence[Callable[[], Awaitable[object]]]) -> float:
    """Do the jobs, some at once; give jobs per second."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(job: Callable[[], Awaitable[object]]) -> None:
        async with places:
            await job()

    began = time.perf_counter()
    await asyncio.gather(*(one(job) for job in jobs))
    return len(jobs) / (time.perf_counter() - began)


def p95(seconds: Sequence[float]) -> float:
    """Give the 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]
