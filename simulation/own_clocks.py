"""The real development server, on which each life has a clock of its own that skips.

Its store is kept: a life that was lived through goes on there at the present instant.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from temporalio.client import Client
from temporalio.testing import TimeSkipper

from workflows.names import workflow_id

SKIPPING = (
    "--dynamic-config-value",
    "frontend.WorkflowTimeSkippingEnabled=true",
    "--dynamic-config-value",
    'history.timerProcessorMaxTimeShift="1ms"',
)
"""What the development server is told so that lives may skip; without the second it takes a second a timer."""


class OwnClocks:
    """A server whose lives each have their own now; they are turned to one after another."""

    def __init__(self, client: Client) -> None:
        """Skip by `client`, on a server that was started with `SKIPPING`."""
        self.client = client
        self._skipper = TimeSkipper(client)
        self._workflow_id = ""
        self._skipped = timedelta(0)

    def turn_to(self, problem_no: str) -> None:
        """Let time pass for this life from now on; it has yet to begin."""
        self._workflow_id, self._skipped = workflow_id(problem_no), timedelta(0)

    async def get_current_time(self) -> datetime:
        """Tell the now of the life turned to."""
        return datetime.now(UTC) + self._skipped

    async def sleep(self, duration: timedelta | float) -> None:
        """Skip so much of its time; raises RPCError where it has ended."""
        handle = self.client.get_workflow_handle(self._workflow_id)
        left = duration if isinstance(duration, timedelta) else timedelta(seconds=duration)
        await self._skipper.fast_forward(handle, left)
        self._skipped += left
