"""A mail that came to the sender's address, read down to what somebody at the bureau needs of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from gateways.mime_parts import header, parse, payload, text_of

MOST_BYTES = 40_000_000
MOST_PARTS = 200
MOST_SHOWN = 4_000

_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_BODIES = ("text/plain", "text/html")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail; `answers` are the Message-IDs it says to answer, `text` its plain words."""

    sender: str
    subject: str
    text: str
    sent_at: datetime | None
    answers: tuple[str, ...]
    automatic: bool
    attachments: tuple[Attachment, ...]


def parts_of(mail: Message) -> list[Message]:
    """Give the parts of a mail, those of mails within it too, up to a sober number."""
    found: list[Message] = []
    for part in mail.walk():
        found.append(part)
        if len(found) >= MOST_PARTS:
            break
    return found


def ids_in(text: str) -> tuple[str, ...]:
    """Give the Message-IDs in a text, each once."""
    return tuple(dict.fromkeys(_ID.findall(text)))


def read_letter(content: bytes) -> Letter:
    """Read a mail somebody wrote."""
    mail = parse(content[:MOST_BYTES])
    own = [part for part in _own_parts(mail) if not part.is_multipart()]
    senders = getaddresses([header(mail, "From")])
    sent = header(mail, "Auto-Submitted").lower()
    return Letter(
        sender=senders[0][1] if senders else "",
        subject=header(mail, "Subject"),
        text=_words(own),
        sent_at=_sent_at(mail),
        answers=ids_in(f"{header(mail, 'In-Reply-To')} {header(mail, 'References')}"),
        automatic=sent not in ("", "no"),
        attachments=tuple(_attachments(own)),
    )


def _own_parts(mail: Message) -> list[Message]:
    """Give a mail's parts; a mail within it is one part, a file."""
    found: list[Message] = []
    left = [mail]
    while left and len(found) < MOST_PARTS:
        part = left.pop(0)
        found.append(part)
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            left[:0] = [one for one in inner if isinstance(one, Message)]
    return found


def _words(parts: list[Message]) -> str:
    for kind in _BODIES:
        found = [text_of(p) for p in parts if p.get_content_type() == kind and not _name(p)]
        if any(one.strip() for one in found):
            return "\n".join(found).strip()[:MOST_SHOWN]
    return ""


def _attachments(parts: list[Message]) -> list[Attachment]:
    files = [(part, _name(part)) for part in parts]
    return [
        Attachment(name=name or "未命名附件", content=payload(part))
        for part, name in files
        if name or part.get_content_type() not in _BODIES
    ]


def _name(part: Message) -> str:
    name = part.get_filename("")
    if not name:
        return ""
    again = Message()
    again["Name"] = name
    return header(again, "Name")


def _sent_at(mail: Message) -> datetime | None:
    try:
        said = parsedate_to_datetime(header(mail, "Date"))
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
