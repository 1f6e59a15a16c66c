"""A mail that came to the sender's address, read down to what somebody at the bureau needs of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from gateways.mime_parts import header, parse, payload, raw_header, text_of
from gateways.tnef import TNEF, files_in

MOST_BYTES = 40_000_000
MOST_PARTS = 200
MOST_SHOWN = 4_000

_OF_ITSELF = re.compile(
    r"\W{0,4}(?:自动(?:回复|答复|回覆)|automatic reply|auto[- ]?(?:reply|response)|out of (?:the )?office)",
    re.IGNORECASE,
)
_SAID_BY_MACHINES = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-From", "X-AutoReply-From")
MOST_WITHIN = 3
"""So deep mails within mails are opened for what came with them."""
_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_NARROW = re.compile(r"\b(?:gb2312|gbk)'", re.IGNORECASE)
"""What RFC 2231 calls the set of a file's name mostly is more."""
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


def ids_in(text: str) -> tuple[str, ...]:
    """Give the Message-IDs in a text, each once."""
    return tuple(dict.fromkeys(_ID.findall(text)))


def read_letter(content: bytes) -> Letter:
    """Read a mail somebody wrote."""
    mail = parse(content[:MOST_BYTES])
    own = [part for part in own_parts(mail) if part.get_content_maintype() != "multipart"]
    return Letter(
        sender=_sender(mail),
        subject=header(mail, "Subject"),
        text=_words(own),
        sent_at=_sent_at(mail),
        answers=ids_in(f"{header(mail, 'In-Reply-To')} {header(mail, 'References')}"),
        automatic=is_automatic(mail),
        attachments=tuple(_attachments(own, MOST_WITHIN)[:MOST_PARTS]),
    )


def is_automatic(mail: Message) -> bool:
    """Say whether somebody's holiday wrote it, by RFC 3834 or by what providers put in its place."""
    sent = header(mail, "Auto-Submitted").lower()
    if sent not in ("", "no") or any(header(mail, name) for name in _SAID_BY_MACHINES):
        return True
    return _OF_ITSELF.match(header(mail, "Subject")) is not None


def _sender(mail: Message) -> str:
    try:
        found = getaddresses([header(mail, "From")])
    except RecursionError:  # brackets within brackets
        return ""
    return found[0][1] if found else ""


def own_parts(mail: Message) -> list[Message]:
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
    within = [one for part in parts for one in _mails_in(part)]
    return _words([part for mail in within for part in own_parts(mail)]) if within else ""


def _attachments(parts: list[Message], within: int) -> list[Attachment]:
    """Give what came with a mail, also with a mail that came with it; drawn signatures last."""
    found: list[Attachment] = []
    for part in sorted(parts, key=_is_drawn):
        if (mails := _mails_in(part)) and within:
            for mail in mails:
                found += _attachments(own_parts(mail), within - 1)
        elif part.get_content_maintype() != "multipart":
            found += _files(part)
    return found


def _files(part: Message) -> list[Attachment]:
    name = _name(part)
    if not name and part.get_content_type() in _BODIES:
        return []
    content = payload(part)
    if content.startswith(TNEF):
        return [Attachment(one.name, one.content) for one in files_in(content)]
    return [Attachment(name=name or "未命名附件", content=content)]


def _mails_in(part: Message) -> list[Message]:
    """Give the mails that a part is made of, encoded ones too, and those that came as a file of their own."""
    inner = part.get_payload()
    if isinstance(inner, list):
        mails = [one for one in inner if isinstance(one, Message)]
        is_mail = part.get_content_maintype() == "message"
        coded = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
        if is_mail and coded in ("base64", "quoted-printable"):
            return [parse(payload(part))]
        return mails if is_mail else []
    return [parse(payload(part))] if _name(part).lower().endswith(".eml") else []


def _is_drawn(part: Message) -> bool:
    """Say whether a part is a picture that the text itself shows: a signature's, most often."""
    return part.get_content_maintype() == "image" and "Content-ID" in part


def _name(part: Message) -> str:
    again = Message()
    for one in ("Content-Disposition", "Content-Type"):
        if one in part:
            again[one] = _NARROW.sub("gb18030'", raw_header(part, one))
    name = again.get_filename("")
    again["Name"] = name
    return header(again, "Name") if name else ""


def _sent_at(mail: Message) -> datetime | None:
    try:
        said = parsedate_to_datetime(header(mail, "Date"))
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
