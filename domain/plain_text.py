"""Text as somebody wrote it, without what nobody can see: one cleaner for every way in.

What is hashed, compared and recorded is the cleaned text, so that two spellings that look the same
are the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_GAPS = re.compile(r"[^\S\t\n]*[\t\n]\s*")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})

# Default_Ignorable_Code_Point of the Unicode Character Database (DerivedCoreProperties.txt), which
# this Python does not know, and the blank of Braille: fillers, joiners, selectors of looks.
_IGNORABLE = (
    *((0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5)),
    *((0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800)),
    *((0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8)),
    *((0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)


def prose(text: str) -> str:
    """Give a text of several lines: accents composed, one kind of line end, nothing hidden.

    Control, format, surrogate and private-use characters go, fillers that show nothing, and the marks
    that only choose between the looks of a character; tabs and line breaks stay.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    # Composed last: a hidden character between a letter and its accent would keep them apart.
    kept = "".join(map(_seen, _LINE_ENDS.sub("\n", text)))
    return unicodedata.normalize("NFC", kept).strip()


def line(text: str) -> str:
    """Give a text of one line, such as a name: as `prose`, a blank where lines or columns ended."""
    return _GAPS.sub(" ", prose(text))


def hidden_on(text: str) -> int:
    """Give the first line, counted from 1, with a character that nobody can see; 0 without any."""
    lines = _LINE_ENDS.sub("\n", text).split("\n")
    return next((at for at, one in enumerate(lines, 1) if "" in map(_seen, one)), 0)


@cache
def _seen(character: str) -> str:
    hidden = unicodedata.category(character) in _UNSEEN and character not in "\n\t"
    return "" if hidden or _is_noncharacter(character) or _is_ignorable(character) else character


def _is_noncharacter(character: str) -> bool:
    # Other unassigned code points stay: an ideograph newer than this Python may be somebody's name.
    return ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"


def _is_ignorable(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _IGNORABLE)
