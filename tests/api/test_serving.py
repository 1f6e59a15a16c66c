"""What a connection may cost before anything knows who asks: real sockets against the real server."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from fastapi import FastAPI, Request, Response

from api import guarded_protocol, serving
from api.serving import server_for

HELLO = b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
_OPEN: list[asyncio.StreamWriter] = []
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def small_app() -> FastAPI:
    app = FastAPI()

    @app.get("/hello")
    async def hello() -> str:
        return "hello"

    @app.get("/big")
    async def big() -> Response:
        return Response(b"x" * 4_000_000)

    @app.post("/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    @app.post("/later")
    async def later(request: Request) -> int:
        await asyncio.sleep(1.5)
        return len(await request.body())

    return app


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = server_for(small_app(), "127.0.0.1", 0)
        ending = asyncio.create_task(server.serve([listening]))
        await server.until_started(ending)
        yield listening.getsockname()[1]
        server.should_exit = True
        await ending


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """The port of a server that waits half a second instead of fifteen."""
    monkeypatch.setattr(guarded_protocol, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(guarded_protocol, "BODY_WINDOW_SECONDS", 0.5)
    async with served() as number:
        yield number
        while _OPEN:
            await hang_up(_OPEN.pop())


async def connected(port: int, begin: bytes = b"") -> Ends:
    """Both ends of a connection on which something was said; the fixture hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    _OPEN.append(writer)
    writer.write(begin)
    await writer.drain()
    return reader, writer


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def answered(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the server closes."""
    async with asyncio.timeout(5):
        return await reader.read()


async def drip(writer: asyncio.StreamWriter, bites: bytes, every: float = 0.1) -> None:
    for number in range(200):
        try:
            writer.write(bites[number % len(bites) :][:1])
            await writer.drain()
        except ConnectionError:
            return
        await asyncio.sleep(every)


async def test_a_head_without_end_is_refused_and_costs_no_memory(port: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reader, writer = await connected(port, b"GET /hello HTTP/1.1\r\n")
    with pytest.raises(ConnectionError):  # noqa: PT012  # it is closed somewhere on the way
        for _ in range(4_000):
            writer.write(b"X1: y\r\n" * 1_000)
            await writer.drain()
        await answered(reader)
        raise ConnectionResetError
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024


@pytest.mark.parametrize("begin", [b"GET /hello HT", b"POST /body HTTP/1.1\r\nHost: x\r\nX: "])
async def test_a_head_that_drips_is_told_408(port: int, begin: bytes) -> None:
    reader, writer = await connected(port, begin)
    dripping = asyncio.create_task(drip(writer, b"a"))
    assert (await answered(reader)).startswith(b"HTTP/1.1 408")
    dripping.cancel()


async def test_a_silent_connection_is_closed_without_a_word(port: int) -> None:
    reader, _ = await connected(port)
    assert await answered(reader) == b""


async def test_a_body_that_drips_is_told_408(port: int) -> None:
    head = b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n"
    reader, writer = await connected(port, head)
    dripping = asyncio.create_task(drip(writer, b"a"))
    assert (await answered(reader)).startswith(b"HTTP/1.1 408")
    dripping.cancel()


async def test_a_body_over_a_poor_line_arrives(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_protocol, "BODY_WINDOW_BYTES", 400)
    head = b"POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3000\r\n\r\n"
    reader, writer = await connected(port, head)
    for _ in range(15):
        writer.write(b"a" * 200)
        await writer.drain()
        await asyncio.sleep(0.1)
    assert (await answered(reader)).endswith(b"3000")


async def test_a_body_that_waits_for_us_is_not_called_slow(port: int) -> None:
    size = 3_000_000
    head = f"POST /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n"
    reader, _ = await connected(port, head.encode() + b"a" * size)
    assert (await answered(reader)).endswith(str(size).encode())


async def test_several_requests_on_one_connection_each_have_their_time(port: int) -> None:
    reader, writer = await connected(port)
    for _ in range(4):
        await asyncio.sleep(0.3)
        writer.write(HELLO)
        await writer.drain()
        async with asyncio.timeout(5):
            assert b'"hello"' in await reader.readuntil(b'"hello"')
    writer.write(HELLO[:10])
    assert (await answered(reader)).startswith(b"HTTP/1.1 408")


async def test_beside_many_slow_senders_the_others_are_served(port: int) -> None:
    slow = [await connected(port, HELLO[:-2]) for _ in range(200)]
    reader, _ = await connected(port, HELLO.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert (await answered(reader)).endswith(b'"hello"')
    assert all([(await answered(one)).startswith(b"HTTP/1.1 408") for one, _ in slow])


BIG = b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n"


def narrow(port: int, begin: bytes) -> socket.socket:
    """A connection on which something is asked for, and next to nothing read."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    reader.connect(("127.0.0.1", port))
    reader.sendall(begin)
    return reader


@pytest.mark.parametrize("asked", [BIG, BIG.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")])
async def test_who_does_not_read_what_he_asked_for_is_let_go(port: int, asked: bytes) -> None:
    with narrow(port, asked) as reader:
        await asyncio.sleep(2)
        reader.settimeout(5)
        with pytest.raises(ConnectionError):  # noqa: PT012  # somewhere on the way
            while await asyncio.to_thread(reader.recv, 65_536):
                pass
            raise ConnectionResetError


async def test_who_reads_slowly_gets_everything(port: int) -> None:
    with narrow(port, BIG.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")) as reader:
        reader.settimeout(5)
        got = 0
        while piece := await asyncio.to_thread(reader.recv, 300_000):
            got += len(piece)
            await asyncio.sleep(0 if got > 100_000 else 0.1)
    assert got > 4_000_000


async def test_too_many_connections_are_told_to_come_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "CONNECTIONS", 20)
    async with served() as port:
        for _ in range(20):
            await connected(port)
        reader, _ = await connected(port, HELLO)
        assert (await answered(reader)).startswith(b"HTTP/1.1 503")
        while _OPEN:
            await hang_up(_OPEN.pop())
