"""Replaying a run with today's code, and keeping every command it would give."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import (
    Replayer,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)

from workflows.problem_workflow import ProblemWorkflow
from workflows.sandbox import sandbox


class _Keeping(WorkflowRunner):
    """Runs lives as a worker does, and keeps the commands they give, in their order."""

    def __init__(self) -> None:
        self._runner = sandbox()
        self.commands: list[WorkflowCommand] = []

    def prepare_workflow(self, defn: workflow._Definition) -> None:
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Kept(self._runner.create_instance(det), self.commands)


class _Kept(WorkflowInstance):
    """One life as it runs in the sandbox."""

    def __init__(self, life: WorkflowInstance, commands: list[WorkflowCommand]) -> None:
        self._life = life
        self._commands = commands

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = self._life.activate(act)
        for command in completion.successful.commands:
            # What leaves here may be encoded in place.
            kept = WorkflowCommand()
            kept.CopyFrom(command)
            self._commands.append(kept)
        return completion

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._life.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._life.get_external_store_context(command_info)

    def get_info(self) -> workflow.Info:
        return self._life.get_info()

    def get_thread_id(self) -> int | None:
        return self._life.get_thread_id()


async def commands_of_replay(
    history: WorkflowHistory, converter: DataConverter
) -> tuple[list[WorkflowCommand], str | None]:
    """Replay a run; give the commands of today's code and what made the replay fail, if anything.

    A run that no worker has begun yet has nothing to replay; one that does not come to an end fails.
    """
    if len(history.events) == 1:
        return [], None
    keeping = _Keeping()
    replayer = Replayer(
        workflows=[ProblemWorkflow], data_converter=converter, workflow_runner=keeping
    )
    replaying = replayer.replay_workflow(history, raise_on_replay_failure=False)
    try:
        result = await asyncio.wait_for(replaying, _patience(len(history.events)))
    except TimeoutError:
        return keeping.commands, "没有得到结果，历史记录的顺序已被改动"
    failure = result.replay_failure
    return keeping.commands, None if failure is None else str(failure)


def _patience(events: int) -> float:
    """Give the seconds after which a replay is taken for one that never ends."""
    return 60 + events / 10


def before_it_failed(history: WorkflowHistory) -> WorkflowHistory:
    """Leave out the task by which a run failed: that was the release of its day, and no decision of the rules."""
    if history.events[-1].event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
        return history
    begun = EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
    places = [place for place, one in enumerate(history.events) if one.event_type == begun]
    return WorkflowHistory(history.workflow_id, history.events[: max(places, default=0)])
