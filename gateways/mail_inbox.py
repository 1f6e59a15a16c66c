"""The mail inbox of a machine without a relay: takes every mail and keeps it as a file.

For `make run` only. It listens on 127.0.0.1 and delivers nothing anywhere. Its server is a package that
production does not have.
"""

from __future__ import annotations

from datetime import UTC, datetime

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from gateways.mail_folder import MailFolder

LOOPBACK = "127.0.0.1"


class _Keeper:
    """What the server does with a mail."""

    def __init__(self, folder: MailFolder) -> None:
        self._folder = folder

    async def handle_DATA(  # noqa: N802 - the name under which aiosmtpd looks for it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self._folder.keep(envelope.original_content or b"", datetime.now(UTC))
        return "250 kept"


class MailInbox:
    """The listening side; runs in a thread of its own between `start` and `stop`."""

    def __init__(self, folder: MailFolder, port: int) -> None:
        """Listen on 127.0.0.1 at `port` once started."""
        self._controller = Controller(_Keeper(folder), hostname=LOOPBACK, port=port)

    def start(self) -> None:
        """Begin to take mails; OSError when the port is taken."""
        self._controller.start()

    def stop(self) -> None:
        """Take no more mails."""
        self._controller.stop(no_assert=True)
