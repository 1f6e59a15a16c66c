"""Delivery reports that come back by mail (RFC 3464), read down to what they say of our message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import EmailMessage, Message
from email.policy import default

MOST_BYTES = 5_000_000
_ID = re.compile(r"<[^<>\s]{1,250}>")
_HEADERS = ("text/rfc822-headers", "message/rfc822")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What a relay says of one of our messages: not delivered for good, and in which words."""

    message_id: str
    words: str


def read_report(content: bytes) -> DeliveryReport | None:
    """Read a mail as the report of a failure; None for anything else, delays and successes too."""
    mail = message_from_bytes(content[:MOST_BYTES], policy=default)
    parts = list(mail.walk())
    status = next((one for one in parts if _kind(one) == "message/delivery-status"), None)
    message_id = next(filter(None, map(_original_id, parts)), "")
    if status is None or not message_id:
        return None
    said = _failure(status)
    return None if said is None else DeliveryReport(message_id=message_id, words=said)


def _kind(part: Message) -> str:
    return part.get_content_type()


def _failure(status: Message) -> str | None:
    """Give the words of the first recipient whose action is `failed`."""
    blocks = status.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
            code, words = block.get("Status", ""), block.get("Diagnostic-Code", "")
            return f"{str(code).strip()} {str(words).partition(';')[2].strip()}".strip()[:500]
    return None


def _original_id(part: Message) -> str:
    if _kind(part) not in _HEADERS:
        return ""
    found = _ID.search(str(_headers(part).get("Message-ID", "")))
    return found[0] if found else ""


def _headers(part: Message) -> Message:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return inner[0]
    text = part.get_content() if isinstance(part, EmailMessage) else inner
    return message_from_string(text if isinstance(text, str) else "")
