"""HTTP as strangers may speak it: a head of bounded size, and a request that keeps coming.

What an anonymous connection may cost is decided here, before anything knows who asks. A proxy in front
usually does the same; none is taken for granted.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_BYTES = 16 * 1024
HEAD_SECONDS = 15
BODY_WINDOW_SECONDS = 15
BODY_WINDOW_BYTES = 4 * 1024
"""A body brings that much in each window, or its end: a telephone at the edge of its network does."""
PARTING_SECONDS = 1
CONNECTIONS = 1_000


class GuardedProtocol(H11Protocol):
    """One connection that must bring its head at once and its body steadily."""

    _watch: asyncio.TimerHandle | None = None
    _received = 0
    _given_up = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_watching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes, and wait for what is missing."""
        if self._given_up:
            return
        begins = self._idle
        self._received += len(data)
        super().data_received(data)
        if not self._idle and (begins or not self._brings_body):
            self._stop_watching()
        if self._brings_body:
            self._await_body()
        elif self._idle and self._watch is None:
            self._await_head()

    def on_response_complete(self) -> None:
        """Let the keep-alive timer wait for the next request, unless it has begun."""
        self._stop_watching()
        super().on_response_complete()

    @property
    def _idle(self) -> bool:
        return self.conn.their_state is h11.IDLE

    @property
    def _brings_body(self) -> bool:
        return self.conn.their_state is h11.SEND_BODY

    def _await_head(self) -> None:
        self._stop_watching()
        self._watch = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _await_body(self) -> None:
        if self._watch is None:
            self._watch = self.loop.call_later(BODY_WINDOW_SECONDS, self._look, self._received)

    def _look(self, before: int) -> None:
        """Go on waiting for a body that comes, or that nobody reads at present."""
        self._watch = None
        if not self._brings_body:
            return
        if self.flow.read_paused or self._received - before >= BODY_WINDOW_BYTES:
            self._await_body()
        else:
            self._too_slow()

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _too_slow(self) -> None:
        """Say 408 to a request that has begun, nothing to a silent connection, and close."""
        self._watch = None
        if self.transport.is_closing():
            return
        self._given_up = True
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self._received and self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._say(HTTPStatus.REQUEST_TIMEOUT)
            # Closed at once, with bytes of theirs unread, the system would reset the connection and they
            # would never read why.
            self.transport.write_eof()
            self.loop.call_later(PARTING_SECONDS, self.transport.close)
        else:
            self.transport.close()

    def _say(self, status: HTTPStatus) -> None:
        headers = [(b"content-length", b"0"), (b"connection", b"close")]
        answer = h11.Response(status_code=status, headers=headers, reason=status.phrase.encode())
        for event in (answer, h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
