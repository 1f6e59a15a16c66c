"""The files in a winmail.dat, the form (TNEF) in which Outlook sends them to whom it takes for one of its own.

A stream of attributes: level, id, length, content, checksum ([MS-OXTNEF] 2.1.3). Each file begins with its
rendering data; its long name stands among its properties.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from gateways.mime_parts import decoded

TNEF = struct.pack("<I", 0x223E9F78)
_HEAD, _TAIL = struct.Struct("<BII"), 2
_BEGINS, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_LONG_NAMES = {0x3707001F: "utf-16-le", 0x3707001E: ""}
"""PidTagAttachLongFilename, in UTF-16 or in the sender's character set."""
_MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Inside:
    """One file that was packed into it."""

    name: str
    content: bytes


def files_in(stream: bytes) -> list[Inside]:
    """Give the files; what is cut off or damaged ends the list."""
    found: list[dict[int, bytes]] = []
    for key, content in _attributes(stream):
        if key == _BEGINS and len(found) < _MOST_FILES:
            found.append({})
        elif found and key in (_TITLE, _DATA, _PROPERTIES):
            found[-1][key] = content
    return [Inside(_name(one), one[_DATA]) for one in found if _DATA in one]


def _attributes(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = len(TNEF) + 2
    while at + _HEAD.size <= len(stream):
        _, key, length = _HEAD.unpack_from(stream, at)
        at += _HEAD.size
        if at + length > len(stream):
            return
        yield key, stream[at : at + length]
        at += length + _TAIL


def _name(attributes: dict[int, bytes]) -> str:
    properties = attributes.get(_PROPERTIES, b"")
    for tag, charset in _LONG_NAMES.items():
        # One value: its count, its length in bytes, itself.
        at = properties.find(struct.pack("<II", tag, 1))
        if at >= 0 and at + 12 <= len(properties):
            (length,) = struct.unpack_from("<I", properties, at + 8)
            name = _ended(properties[at + 12 : at + 12 + min(length, 1_000)], charset)
            if name:
                return name
    return _ended(attributes.get(_TITLE, b""), "") or "未命名附件"


def _ended(text: bytes, charset: str) -> str:
    """Read a text up to the zero that ends it."""
    if charset:
        return text.decode(charset, "replace").partition("\0")[0]
    return decoded(text.partition(b"\0")[0], "")
