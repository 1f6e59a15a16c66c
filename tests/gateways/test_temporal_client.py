"""The way to Temporal, secured: real TLS before the real server."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from embedded.temporal_server import TemporalServer, free_port
from gateways.temporal_client import connect
from gateways.temporal_door import DoorUnusable, TemporalDoor

HERE = Path(__file__).parent / "certificates"
NAME = "temporal.tests.example"


@asynccontextmanager
async def behind_tls(plain: str, *, asks_for_ours: bool = False) -> AsyncIterator[TemporalDoor]:
    """A frontend that speaks TLS and passes on to the plain one."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(HERE / "server.pem", HERE / "server.key.pem")
    context.set_alpn_protocols(["h2"])
    if asks_for_ours:
        context.load_verify_locations(HERE / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    host, _, port = plain.rpartition(":")

    async def passing_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, int(port))
        await asyncio.gather(_pour(reader, back), _pour(there, writer))

    server = await asyncio.start_server(passing_on, "127.0.0.1", 0, ssl=context)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield TemporalDoor(
            address=address,
            namespace="default",
            tls=True,
            ca_file=HERE / "ca.pem",
            server_name=NAME,
        )
    finally:
        server.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()
    writer.close()


@pytest.fixture(scope="module")
async def plain_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a real server without TLS."""
    server = TemporalServer(tmp_path_factory.mktemp("temporal"), free_port())
    await server.start()
    yield server.address
    await server.stop()


async def test_over_tls_the_server_is_known_by_its_authority(plain_server: str) -> None:
    async with behind_tls(plain_server) as door:
        client = await connect(door)
        assert await client.service_client.check_health()
        for wrong in (replace(door, tls=False), replace(door, ca_file=None)):
            with pytest.raises(RuntimeError):
                await connect(wrong)
        with pytest.raises(RuntimeError):
            await connect(replace(door, server_name="another.tests.example"))


async def test_a_server_that_asks_for_our_certificate_gets_it(plain_server: str) -> None:
    async with behind_tls(plain_server, asks_for_ours=True) as door:
        with pytest.raises(RuntimeError):
            await connect(door)
        ours = replace(door, cert_file=HERE / "client.pem", key_file=HERE / "client.key.pem")
        assert await (await connect(ours)).service_client.check_health()


async def test_a_key_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    door = TemporalDoor(
        address="127.0.0.1:1", namespace="x", tls=True, ca_file=tmp_path / "none.pem"
    )
    with pytest.raises(DoorUnusable, match=r"none\.pem"):
        await connect(door)
