"""What Temporal's client tells of itself: figures for alarms, warnings in the log and nowhere else."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from embedded.temporal_server import TemporalServer, free_port
from gateways.temporal_client import connect
from gateways.temporal_door import TemporalDoor
from gateways.temporal_runtime import PortTaken, runtime
from tests.worlds.alarms import alarms
from tests.worlds.patience import eventually

_OFTEN = RetryPolicy(initial_interval=timedelta(milliseconds=10), maximum_attempts=2)


@workflow.defn
class Stumbling:
    """Has a deed done that fails, and then fails itself, again and again."""

    @workflow.run
    async def run(self) -> None:
        """Stumble."""
        try:
            await workflow.execute_activity(
                fail, start_to_close_timeout=timedelta(seconds=5), retry_policy=_OFTEN
            )
        except ActivityError:
            raise RuntimeError("示例") from None


@activity.defn
async def fail() -> None:
    """Fail."""
    raise OSError("示例")


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[TemporalDoor]:
    """A server of one's own."""
    server = TemporalServer(tmp_path, free_port())
    await server.start()
    yield TemporalDoor(address=server.address, namespace="default")
    await server.stop()


async def test_every_alarm_over_temporal_rests_on_figures_that_a_worker_tells(
    door: TemporalDoor, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A worker whose tasks and deeds fail tells so, in figures and in the log, never on standard output."""
    port = free_port()
    client = await connect(door, runtime(port))
    with pytest.raises(RPCError):
        await client.get_workflow_handle("nobody").describe()
    wanted = {
        name for rule in alarms()[1]["rules"] for name in re.findall(r"temporal_\w+", rule["expr"])
    }
    assert wanted

    async def told() -> set[str]:
        async with httpx2.AsyncClient() as asking:
            text = (await asking.get(f"http://127.0.0.1:{port}/metrics")).text
        return {line.partition("{")[0] for line in text.splitlines() if line[:1] != "#"}

    async def all_told() -> bool:
        return wanted <= await told()

    with caplog.at_level(logging.WARNING):
        async with Worker(
            client,
            task_queue="stumbling",
            workflows=[Stumbling],
            activities=[fail],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            life = await client.start_workflow(Stumbling.run, id="one", task_queue="stumbling")
            await eventually(all_told, f"{wanted - await told()} among the figures")
            await life.terminate()
    assert any(one.name.startswith("temporalio.core") for one in caplog.records)
    assert capfd.readouterr().out == ""


def test_a_port_that_somebody_has_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 - as the figures are told
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            runtime(port)
