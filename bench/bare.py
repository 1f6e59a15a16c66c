"""The bare equivalent: the same server, sandbox and payload sizes, empty bodies."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from bench.noting import Sizes


@activity.defn(name="bare_record")
async def bare_record(content: str) -> int:
    """Do nothing with as many bytes as a record order has."""
    return len(content)


@workflow.defn(name="BareWorkflow")
class BareWorkflow:
    """Starts, runs one activity, and runs one more for every update."""

    @workflow.init
    def __init__(self, content: str, sizes: Sizes) -> None:
        """Hold what it was started with."""
        self._sizes = sizes
        self._done = False

    @workflow.run
    async def run(self, content: str, sizes: Sizes) -> int:
        """Record once, then wait."""
        recorded = await self._record(sizes.first)
        await workflow.wait_condition(lambda: self._done)
        return recorded

    @workflow.update
    async def step(self, content: str) -> str:
        """Record once more."""
        await self._record(self._sizes.second)
        return "x" * self._sizes.answer

    async def _record(self, size: int) -> int:
        return await workflow.execute_activity(
            bare_record, "x" * size, start_to_close_timeout=timedelta(seconds=30)
        )


@workflow.defn(name="BareTimer")
class BareTimer:
    """Sleeps until an instant and runs two activities, as a life that lets in and records."""

    @workflow.run
    async def run(self, content: str, until: float) -> int:
        """Wait, then act."""
        await asyncio.sleep(max(until - workflow.now().timestamp(), 0))
        recorded = 0
        for _ in range(2):
            recorded = await workflow.execute_activity(
                bare_record, content[:1_500], start_to_close_timeout=timedelta(minutes=5)
            )
        return recorded
