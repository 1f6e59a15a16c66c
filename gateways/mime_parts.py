"""A mail taken apart as it really comes: wrong character sets, encoded headers, mails within mails.

What cannot be decoded is left out or shown as it is. Refused is only a mail of more pieces than any has that
somebody wrote: each costs the library a hundred times the bytes it takes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from html import unescape
from itertools import islice

from domain.plain_text import line

MOST_HEADER = 2_000
MOST_TEXT = 200_000
MOST_LINES = 1_000_000
MOST_FIELDS = 20_000
"""Lines that may be fields of a head."""

MOST_BOUNDARIES = 5_000
"""Lines that may begin a part."""

LONGEST_FIELD = 4_000
"""Signs of a head's field that are read; the library takes minutes over a long one."""

_FIELD = re.compile(rb"(?:^|[\r\n])[!-9;-~]+:")
_BOUNDARY = re.compile(rb"(?:^|[\r\n])--")
_UNKEPT = re.compile("[\0\ud800-\udfff]")
"""What no store keeps."""

_NO_CHARSETS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
)
"""Encodings of Python's that are no character set of a mail; the first two take minutes."""

_SPACES = re.compile(r"[ \t\u3000\xa0]+")
_TAGS = re.compile(
    r"<(?:script|style)\b[^<]*</(?:script|style)>|<br\b[^<>]*>|</(?:p|div|tr|h\d|li|table)>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "us-ascii": "utf-8"}
"""What is said to be gb2312 mostly is more."""


class BeyondMeasure(ValueError):
    """A mail of more pieces than any has that somebody wrote."""


class _Cut(Compat32):
    """Reads the beginning of each field."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        """Give name and value."""
        name, value = super().header_source_parse(list(sourcelines))
        return name[:LONGEST_FIELD], value[:LONGEST_FIELD]


_CUT = _Cut()


def parse(content: bytes) -> Message:
    """Take a mail apart; raises BeyondMeasure."""
    _demand_sober(content)
    return message_from_bytes(content, policy=_CUT)


def _demand_sober(content: bytes) -> None:
    lines = content.count(b"\n") + content.count(b"\r")
    if (
        lines > 2 * MOST_LINES
        or _are_more(_FIELD, content, MOST_FIELDS)
        or _are_more(_BOUNDARY, content, MOST_BOUNDARIES)
    ):
        raise BeyondMeasure


def _are_more(shape: re.Pattern[bytes], content: bytes, most: int) -> bool:
    return next(islice(shape.finditer(content), most, None), None) is not None


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

    What was cut within a character loses that one alone, and what is broken within loses no more than that;
    what no store keeps is left out.
    """
    return _UNKEPT.sub("", _decoded(content, charset.strip().lower()))


def _decoded(content: bytes, charset: str) -> str:
    named = _WIDER.get(charset, charset)
    named = named if _is_charset(named) else ""
    for one in (named, "utf-8", "gb18030"):
        try:
            return codecs.getincrementaldecoder(one)().decode(content)
        except (LookupError, ValueError):
            continue
    try:
        return content.decode(named, "replace")
    except (LookupError, ValueError):
        return _least_broken(content)


def _is_charset(name: str) -> bool:
    try:
        b"a".decode(name, "ignore")  # what makes no text of bytes is refused here
        return codecs.lookup(name).name.replace("_", "-") not in _NO_CHARSETS
    except (LookupError, ValueError):
        return False


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
    again = Message()
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
