"""The web server itself, which leaves signals and logs to the entry point."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from api.guarded_protocol import CONNECTIONS, HEAD_BYTES, GuardedProtocol


class QuietServer(uvicorn.Server):
    """A web server that leaves the signals to the entry point."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Prepare to serve."""
        super().__init__(config)
        self._up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell those who wait for it."""
        await super().startup(sockets)
        self._up.set()

    async def until_started(self, serving: asyncio.Task[None]) -> None:
        """Wait until pages are served, or serving has ended in an error."""
        up = asyncio.create_task(self._up.wait())
        await asyncio.wait({up, serving}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def server_for(
    app: FastAPI, host: str, port: int, trusted_proxies: Sequence[str] = ()
) -> QuietServer:
    """Prepare the web server; tokens stay out of its log because it keeps no access log.

    From `trusted_proxies`, addresses or networks, alone is believed for whom they ask.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        http=GuardedProtocol,
        ws="none",
        h11_max_incomplete_event_size=HEAD_BYTES,
        limit_concurrency=CONNECTIONS,
        access_log=False,
        log_config=None,  # the entry point has decided how the log is written
        log_level="warning",
        lifespan="on",
    )
    return QuietServer(config)
