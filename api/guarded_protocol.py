"""HTTP as strangers may speak it: a head of bounded size, a request that keeps coming, an answer that is read.

What an anonymous connection may cost is decided here, before anything knows who asks. A proxy in front
usually does the same; none is taken for granted.
"""

from __future__ import annotations

import asyncio
import fcntl
import termios
from array import array
from contextlib import suppress
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_BYTES = 16 * 1024
HEAD_SECONDS = 15
BODY_WINDOW_SECONDS = 15
BODY_WINDOW_BYTES = 4 * 1024
"""A body brings that much in each window, or its end: a telephone at the edge of its network does.

So much of an answer that waits is read in each window.
"""
PARTING_SECONDS = 1
CONNECTIONS = 1_000


class GuardedProtocol(H11Protocol):
    """One connection that must bring its head at once and its body steadily, and read what it asked for."""

    _watch: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None
    _received = 0
    _given_up = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_watching()
        self._stop_watching_reader()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait until what was written is read; called when much of it waits."""
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        """Go on writing; of an answer that is whole the rest is to be read, too."""
        self._stop_watching_reader()
        super().resume_writing()
        if getattr(self.cycle, "response_complete", True):
            self._await_reader()

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
        self._stop_watching_reader()
        self._await_reader()

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

    @property
    def _unread(self) -> int:
        """Bytes that wait for their reader, those the system holds included: it frees them by the megabyte."""
        left = self.transport.get_write_buffer_size()
        return left + _held_by_system(self.transport) if left else 0

    def _await_reader(self) -> None:
        left = self._unread
        if self._reading is None and left:
            self._reading = self.loop.call_later(BODY_WINDOW_SECONDS, self._look_at_reader, left)

    def _look_at_reader(self, before: int) -> None:
        """Go on waiting for somebody who reads; from one who does not, the system would wait for ever."""
        self._reading = None
        left = self._unread
        if left and before - left < BODY_WINDOW_BYTES:
            self.transport.abort()
        else:
            self._await_reader()

    def _stop_watching_reader(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

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


def _held_by_system(transport: asyncio.Transport) -> int:
    held = array("i", [0])
    with suppress(OSError):
        fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, held)
    return held[0]
