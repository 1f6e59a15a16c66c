"""The time-skipping Temporal server: days pass as fast as its timers can fire."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)
from temporalio.testing import WorkflowEnvironment

from embedded.temporal_server import indexed, temporal_binary
from gateways.temporal_client import DATA_CONVERTER
from workflows.names import SEARCH_ATTRIBUTES


@asynccontextmanager
async def skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """Start a time-skipping server of one's own; its clock starts at this machine's now.

    Its clock is one for all lives on it, so it carries one life at a time.
    """
    env = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(temporal_binary("temporal-test-server")),
        data_converter=DATA_CONVERTER,
        runtime=_runtime(),
    )
    async with env:
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=env.client.namespace,
                search_attributes=indexed(SEARCH_ATTRIBUTES),
            )
        )
        yield env


@cache
def _runtime() -> Runtime:
    """Send the client's own warnings where Python's go: standard output may be somebody's JSON."""
    forwarding = LogForwardingConfig(logger=logging.getLogger("temporalio.core"))
    levels = TelemetryFilter(core_level="WARN", other_level="ERROR")
    return Runtime(
        telemetry=TelemetryConfig(logging=LoggingConfig(filter=levels, forwarding=forwarding))
    )
