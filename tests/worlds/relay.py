"""A mail relay on 127.0.0.1 that does what a test asks: takes, defers, refuses, drops or hangs."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from gateways.mail import SmtpSettings

HOST = "127.0.0.1"


def free_port() -> int:
    """Give a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class Relay:
    """`mode` for everybody, `modes` for single recipients.

    ok · grey (451 at RCPT) · nouser (550 at RCPT) · busy (452 after the data) · spam (554 after the
    data) · drop (stored, then the line is cut) · hang (stored, then silence) · closing (421 at
    RCPT) · silent (no answer to RCPT) · limited (550 at RCPT, a provider's limit) · quota (554 after the
    data, a provider's limit) · nosender (550 at MAIL) · mute (421 at MAIL) · short (421 before the second
    mail of a dialogue).
    """

    mode: str = "ok"
    modes: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    password: str = ""
    tls: ssl.SSLContext | None = None
    seen_rcpt: list[str] = field(default_factory=list)
    connections: int = 0
    _served: set[str] = field(default_factory=set)
    _controller: Controller | None = None

    def __enter__(self) -> Relay:
        """Start to listen."""
        self._controller = Controller(
            self,
            hostname=HOST,
            port=self.port,
            authenticator=self._authenticate,
            auth_require_tls=False,
            ssl_context=self.tls,
        )
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Go away; the mails taken so far stay."""
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def settings(self, **changes: object) -> SmtpSettings:
        """Give the settings of a sender that uses this relay; it waits long unless the relay hangs."""
        modes = (self.mode, *self.modes.values())
        values: dict[str, object] = {
            "host": HOST,
            "port": self.port,
            "from_address": "bihuan@city.example",
            "from_name": "闭环系统",
            "security": "none",
            "connect_seconds": 60,
            "command_seconds": 0.5 if "silent" in modes else 60,
            "answer_seconds": 0.5 if "hang" in modes else 60,
        }
        return SmtpSettings(**(values | changes))  # type: ignore[arg-type]  # values of several types

    @property
    def message_ids(self) -> list[str]:
        """The Message-IDs taken, in order, repeated ones included."""
        return [str(mail["Message-ID"]) for mail in self.mails]

    def to(self, recipient: str) -> list[EmailMessage]:
        """Give the mails taken for one recipient."""
        return [mail for mail in self.mails if str(mail["To"]) == recipient]

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and data.password == self.password.encode()
        return AuthResult(success=known, handled=False)

    async def handle_EHLO(  # noqa: N802 - the name under which aiosmtpd looks for it
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mode == "nosender":
            return "550 5.7.1 sender not allowed"
        if self.mode == "mute":
            return "421 4.3.2 not now"
        if self.mode == "short" and session.host_name in self._served:
            self._served.discard(session.host_name)
            return "421 4.7.0 one mail a dialogue"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.seen_rcpt.append(address)
        if self._mode(address) == "silent":
            await asyncio.sleep(5)
        refused = {
            "grey": "451 4.7.1 greylisted, try again later",
            "nouser": "550 5.1.1 no such user",
            "closing": "421 4.3.2 going down",
            "limited": "550 Connection frequency limited",
        }.get(self._mode(address))
        if refused is not None:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        mode = self._mode(envelope.rcpt_tos[0])
        refused = {
            "busy": "452 4.3.1 full",
            "spam": "554 5.7.1 content refused",
            "quota": "554 MI:STC 163 smtp1,example",
        }.get(mode)
        if refused is not None:
            return refused
        content = envelope.original_content or b""
        self.mails.append(message_from_bytes(content, policy=default))
        self.envelopes.append((envelope.mail_from or "", tuple(envelope.rcpt_tos)))
        if mode == "drop" and server.transport is not None:
            server.transport.close()
        if mode == "short":
            self._served.add(session.host_name or "")
        if mode == "hang":
            await asyncio.sleep(5)
        return "250 taken"

    def _mode(self, recipient: str) -> str:
        return self.modes.get(recipient, self.mode)
