"""Replaying a run with today's code, and noting every order it would give."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from workflows.problem_workflow import ProblemWorkflow
from workflows.sandbox import sandbox


class _Notebook(Interceptor):
    """Notes the orders of one replay, in their order."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, Any]] = []

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        notebook = self

        class Noting(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_NotingOrders(outbound, notebook))

        return Noting


class _NotingOrders(WorkflowOutboundInterceptor):
    def __init__(self, following: WorkflowOutboundInterceptor, notebook: _Notebook) -> None:
        super().__init__(following)
        self._notebook = notebook

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        self._notebook.orders.append((input.activity, input.args[0]))
        return super().start_activity(input)


async def orders_of_replay(
    history: WorkflowHistory, converter: DataConverter
) -> tuple[list[tuple[str, Any]], str | None]:
    """Replay a run; give the orders of today's code and what made the replay fail, if anything.

    A run that no worker has begun yet has nothing to replay; one that does not come to an end fails.
    """
    notebook = _Notebook()
    if len(history.events) == 1:
        return [], None
    replayer = Replayer(
        workflows=[ProblemWorkflow],
        data_converter=converter,
        interceptors=[notebook],
        workflow_runner=sandbox(),
    )
    replaying = replayer.replay_workflow(history, raise_on_replay_failure=False)
    try:
        result = await asyncio.wait_for(replaying, _patience(len(history.events)))
    except TimeoutError:
        return notebook.orders, "没有得到结果，历史记录的顺序已被改动"
    failure = result.replay_failure
    return notebook.orders, None if failure is None else str(failure)


def _patience(events: int) -> float:
    """Give the seconds after which a replay is taken for one that never ends."""
    return 60 + events / 10
