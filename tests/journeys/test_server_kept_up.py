"""A Temporal server that died is started again, and the lives go on."""

from __future__ import annotations

import asyncio
from pathlib import Path

from temporalio.service import RPCError

from embedded.temporal_server import TemporalServer, free_port
from tests.worlds.patience import eventually


async def test_a_server_that_died_is_started_again_on_the_same_file(tmp_path: Path) -> None:
    server = TemporalServer(tmp_path, free_port())
    client = await server.start()
    keeping = asyncio.create_task(server.keep_up(pause=0.1))
    try:
        await asyncio.sleep(0)
        await server.kill()

        async def serves() -> bool:
            try:
                return await client.service_client.check_health()
            except RPCError:
                return False

        await eventually(serves, "the server started again")
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        await server.stop()
