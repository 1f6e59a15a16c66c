"""The bare equivalent: the same server, sandbox and payload sizes, empty bodies."""

from __future__ import annotations

from datetime import timedelta

from temporalio import activity, workflow


@activity.defn(name="bare_record")
async def bare_record(content: str) -> int:
    """Do nothing with as many bytes as a record order has."""
    return len(content)


@workflow.defn(name="BareWorkflow")
class BareWorkflow:
    """Starts, runs one activity, and runs one more for every update."""

    @workflow.init
    def __init__(self, content: str) -> None:
        """Hold what it was started with."""
        self._content = content
        self._done = False
        self._recorded = False

    @workflow.run
    async def run(self, content: str) -> int:
        """Record once, then wait."""
        recorded = await self._record(content)
        self._recorded = True
        await workflow.wait_condition(lambda: self._done)
        return recorded

    @workflow.query
    def recorded(self) -> bool:
        """Whether the first activity is done."""
        return self._recorded

    @workflow.update
    async def step(self, content: str) -> int:
        """Record once more."""
        return await self._record(content)

    async def _record(self, content: str) -> int:
        return await workflow.execute_activity(
            bare_record, content, start_to_close_timeout=timedelta(seconds=30)
        )
