"""One way to reach Temporal, for the worker, the doors and the audit."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.runtime import Runtime

DATA_CONVERTER: DataConverter = pydantic_data_converter
"""Writes the frozen values of the domain as JSON and reads them back by type."""


async def connect(address: str, namespace: str, runtime: Runtime | None = None) -> Client:
    """Connect to the server at `host:port`; raises RuntimeError when it cannot be reached."""
    return await Client.connect(
        address, namespace=namespace, data_converter=DATA_CONVERTER, runtime=runtime
    )


async def lazy(address: str, namespace: str) -> Client:
    """Give a client that connects only when it is first used."""
    return await Client.connect(
        address, namespace=namespace, data_converter=DATA_CONVERTER, lazy=True
    )
