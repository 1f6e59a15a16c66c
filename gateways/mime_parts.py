"""A mail taken apart as it really comes: wrong character sets, encoded headers, mails within mails.

Nothing here refuses: what cannot be decoded is left out or shown as it is.
"""

from __future__ import annotations

import codecs
import re
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from html import unescape

from domain.plain_text import line

MOST_HEADER = 2_000
MOST_TEXT = 200_000

_SPACES = re.compile(r"[ \t\u3000\xa0]+")
_TAGS = re.compile(
    r"<(?:script|style)\b[^<]*</(?:script|style)>|<br\b[^<>]*>|</(?:p|div|tr|h\d|li|table)>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "us-ascii": "utf-8"}
"""What is said to be gb2312 mostly is more."""


def parse(content: bytes) -> Message:
    """Take a mail apart."""
    return message_from_bytes(content, policy=compat32)


def header(part: Message, name: str) -> str:
    """Give a header decoded and on one line; empty where it is missing."""
    raw = raw_header(part, name)
    try:
        pieces = decode_header(raw)
    except (MessageError, ValueError):
        return line(raw)
    return line("".join(_piece(text, charset) for text, charset in pieces))


def raw_header(part: Message, name: str) -> str:
    """Give a header as it came; bytes beyond ASCII, which old servers put there as they are, are decoded.

    Asked for by its name the library has lost them.
    """
    values = (str(value) for key, value in part.raw_items() if key.lower() == name.lower())
    raw = next(values, "")[:MOST_HEADER]
    try:
        return raw if raw.isascii() else decoded(raw.encode("ascii", "surrogateescape"), "")
    except UnicodeEncodeError:
        return raw


def _piece(text: bytes | str, charset: str | None) -> str:
    return text if isinstance(text, str) else decoded(text, charset or "")


def decoded(content: bytes, charset: str) -> str:
    """Decode by the character set named, else by UTF-8, else by that of Chinese mails.

    What was cut within a character loses that one alone, and what is broken within loses no more than that.
    """
    named = _WIDER.get(charset.strip().lower(), charset.strip().lower())
    for one in (named, "utf-8", "gb18030"):
        try:
            return codecs.getincrementaldecoder(one)().decode(content)
        except (LookupError, ValueError):
            continue
    try:
        return content.decode(named, "replace")
    except (LookupError, ValueError):
        return _least_broken(content)


def _least_broken(content: bytes) -> str:
    both = (content.decode(one, "replace") for one in ("utf-8", "gb18030"))
    return min(both, key=lambda text: text.count("\ufffd"))


def payload(part: Message) -> bytes:
    """Give the bytes of a part; of a part that holds a mail, the bytes of that mail, encoded ones too."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        got = part.get_payload(decode=True)
        return got if isinstance(got, bytes) else b""
    whole = b"\n".join(one.as_bytes() for one in inner if isinstance(one, Message))
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding not in ("base64", "quoted-printable"):
        return whole
    again = Message(policy=compat32)
    again["Content-Transfer-Encoding"] = encoding
    again.set_payload(whole.strip().decode("ascii", "replace"))
    got = again.get_payload(decode=True)
    return got if isinstance(got, bytes) else b""


def text_of(part: Message) -> str:
    """Give a text part as plain text, HTML without its tags."""
    text = decoded(payload(part)[:MOST_TEXT], part.get_content_charset("") or "")
    return without_tags(text) if part.get_content_type() == "text/html" else text


def without_tags(text: str) -> str:
    """Give the words of HTML, a line for each row and paragraph."""
    plain = unescape(_TAG.sub(" ", _TAGS.sub("\n", text)))
    rows = (_SPACES.sub(" ", row).strip() for row in plain.splitlines())
    return "\n".join(row for row in rows if row)
