"""What both sides of a comparison are measured by: payload sizes, and when an activity is done."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Bytes of each payload: the start, its record, an Update, its record, its answer."""

    start: int
    first: int
    update: int
    second: int
    answer: int


class Noting(Interceptor):
    """Tells the bench which workflows have had an activity done, in one way for ours and bare."""

    def __init__(self) -> None:
        """Begin with none."""
        self.done: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.acts: Counter[str] = Counter()

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Look on at each activity."""
        return _Noted(next, self)


class _Noted(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, noting: Noting) -> None:
        super().__init__(next)
        self._noting = noting

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        result = await super().execute_activity(input)
        workflow_id = activity.info().workflow_id
        if workflow_id is not None:
            self._noting.done[workflow_id].set()
            self._noting.acts[workflow_id] += 1
        return result
