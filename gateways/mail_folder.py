"""Mails kept as files: what the inbox of a machine without a relay has taken, and its page shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import uuid4

_ID = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """One kept mail; `html` is empty where the mail has none."""

    id: str
    received_at: datetime
    sender: str
    recipient: str
    subject: str
    message_id: str
    text: str
    html: str


class MailFolder:
    """The kept mails, one `.eml` file each, named by the instant of arrival."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, made when missing."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes, received_at: datetime) -> str:
        """Keep one mail whole or not at all; gives its id."""
        mail_id = f"{received_at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}"
        unfinished = self._folder / f"{mail_id}.part"
        unfinished.write_bytes(content)
        unfinished.replace(self._folder / f"{mail_id}.eml")
        return mail_id

    def list(self, limit: int = 200) -> tuple[ReceivedMail, ...]:
        """Give the newest mails, newest first."""
        names = sorted((path.stem for path in self._folder.glob("*.eml")), reverse=True)
        mails = (self.read(name) for name in names[:limit])
        return tuple(mail for mail in mails if mail is not None)

    def read(self, mail_id: str) -> ReceivedMail | None:
        """Give one mail, or None when there is none under this id."""
        if not _ID.fullmatch(mail_id):
            return None
        path = self._folder / f"{mail_id}.eml"
        if not path.is_file():
            return None
        message = message_from_bytes(path.read_bytes(), policy=default)
        return ReceivedMail(
            id=mail_id,
            received_at=datetime.strptime(mail_id[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
            sender=str(message["From"] or ""),
            recipient=str(message["To"] or ""),
            subject=str(message["Subject"] or ""),
            message_id=str(message["Message-ID"] or ""),
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return "" if body is None else str(body.get_content())
