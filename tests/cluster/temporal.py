"""Temporal on PostgreSQL, as compose starts it: its jobs' scripts and its server's environment, word for word."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from embedded.child import Child
from embedded.temporal_server import LOOPBACK, NAMESPACE, temporal_binary
from gateways.temporal_client import connect
from gateways.temporal_door import TemporalDoor
from tests.cluster.building import built, schemas
from tests.cluster.postgresql import PASSWORDS, PostgreSQL
from tests.worlds.compose import COMPOSE, SERVICES
from tests.worlds.patience import eventually

_LAST_LOW = 32_767
"""On PostgreSQL Temporal keeps the ports of its members in a smallint."""
_PARTS = ("FRONTEND", "MATCHING", "HISTORY", "WORKER")


def low_port() -> int:
    """Give a port that is free at this moment, and that PostgreSQL's smallint holds."""
    while True:
        port = random.randint(20_000, _LAST_LOW)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


@dataclass
class Temporal:
    """The server; `folder` takes its settings and its log."""

    folder: Path
    database: PostgreSQL
    ports: dict[str, int] = field(
        default_factory=lambda: {
            f"{part}_{kind}_PORT": low_port()
            for part in _PARTS
            for kind in ("GRPC", "MEMBERSHIP", "HTTP")
        }
    )
    _server: Child | None = None

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"{LOOPBACK}:{self.ports['FRONTEND_GRPC_PORT']}"

    async def make_schema(self) -> None:
        """Run compose's job of that name."""
        (script,) = SERVICES["temporal-schema"]["command"]
        here = script.replace(
            "--ep postgres -p 5432", f"--ep {LOOPBACK} -p {self.database.port}"
        ).replace("/etc/temporal/schema/postgresql/v12", str(schemas()))
        path = f"{built()}{os.pathsep}{os.environ['PATH']}"
        await run_shell(here, PATH=path, SQL_PASSWORD=PASSWORDS["TEMPORAL_DB_PASSWORD"])

    async def start(self) -> Client:
        """Start the server, make the namespace by compose's job, and connect."""
        dynamic = self.folder / "dynamic.yaml"
        dynamic.write_text(COMPOSE["configs"]["temporal-dynamic"]["content"], encoding="utf-8")
        environment = {
            **os.environ,
            **SERVICES["temporal"]["environment"],
            **{name: str(port) for name, port in self.ports.items()},
            "DB_PORT": str(self.database.port),
            "POSTGRES_SEEDS": LOOPBACK,
            "POSTGRES_PWD": PASSWORDS["TEMPORAL_DB_PASSWORD"],
            "BIND_ON_IP": LOOPBACK,
            "DYNAMIC_CONFIG_FILE_PATH": str(dynamic),
            "LOG_LEVEL": "warn",
        }
        program = str(built() / "temporal-server")
        self._server = Child((program, "start"), environment, self.folder / "temporal.log")
        await self._server.start()
        (script,) = SERVICES["temporal-namespace"]["command"]
        path = f"{temporal_binary().parent}{os.pathsep}{os.environ['PATH']}"
        await run_shell(script, PATH=path, TEMPORAL_ADDRESS=self.address)
        door = TemporalDoor(address=self.address, namespace=NAMESPACE)

        async def reached() -> Client | None:
            try:
                return await connect(door)
            except (RuntimeError, RPCError):
                return None

        return await eventually(reached, "Temporal")

    async def stop(self) -> None:
        """Stop it in order."""
        if self._server is not None:
            await self._server.stop(30)


async def run_shell(script: str, **environment: str) -> None:
    """Run a script of compose's, in which a dollar is written twice."""
    done = await asyncio.to_thread(
        subprocess.run,
        ["sh", "-euc", script.replace("$$", "$")],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
