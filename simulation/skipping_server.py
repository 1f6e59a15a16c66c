"""The time-skipping Temporal server: days pass as fast as its timers can fire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from embedded.temporal_server import indexed, temporal_binary
from gateways.temporal_client import DATA_CONVERTER
from gateways.temporal_runtime import runtime
from workflows.names import SEARCH_ATTRIBUTES


@asynccontextmanager
async def skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """Start a time-skipping server of one's own; its clock starts at this machine's now.

    Its clock is one for all lives on it, so it carries one life at a time.
    """
    env = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(temporal_binary("temporal-test-server")),
        data_converter=DATA_CONVERTER,
        runtime=runtime(),
    )
    async with env:
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=env.client.namespace,
                search_attributes=indexed(SEARCH_ATTRIBUTES),
            )
        )
        yield env
