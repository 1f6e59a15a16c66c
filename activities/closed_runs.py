"""Which runs have closed since a sweep looked last."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.client import Client, WorkflowExecution

CLOSED_LIVES = "WorkflowType = 'ProblemWorkflow' AND ExecutionStatus != 'Running'"
OVERLAP = timedelta(hours=1)
"""The server's list follows its lives; what closed is listed long before this has passed."""

WHOLE_AFTER = timedelta(days=1)
CHUNK = 200


@dataclass(slots=True)
class ClosedRuns:
    """Lists closed runs from a mark on: the last closing time of a sweep that kept everything.

    The mark is the server's own time and is kept in memory only. A process that begins looks at all
    of them once, and once a day, so that what a mended store or archive lacks is kept again.
    """

    client: Client
    mark: datetime | None = None
    whole_at: float = 0.0

    async def since_the_mark(self) -> AsyncIterator[list[WorkflowExecution]]:
        """Give what is to be looked at, some at a time; the mark moves with `passed`."""
        query = CLOSED_LIVES
        if self.mark is not None and time.monotonic() - self.whole_at < WHOLE_AFTER.total_seconds():
            query += f" AND CloseTime >= '{(self.mark - OVERLAP).isoformat()}'"
        chunk: list[WorkflowExecution] = []
        async for run in self.client.list_workflows(query):
            chunk.append(run)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def passed(self, latest: datetime | None, began: float) -> None:
        """Note that everything that closed up to `latest` is kept, by a sweep begun at `began`."""
        if self.mark is None or began - self.whole_at >= WHOLE_AFTER.total_seconds():
            self.whole_at = began
        if latest is not None:
            self.mark = max(latest, self.mark or latest)
