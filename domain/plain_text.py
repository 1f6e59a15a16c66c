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


def prose(text: str) -> str:
    """Give a text of several lines: accents composed, one kind of line end, nothing hidden.

    Control, format, surrogate and private-use characters go, and the marks that only choose between
    the looks of a character; tabs and line breaks stay.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    # Composed last: a hidden character between a letter and its accent would keep them apart.
    kept = "".join(map(_seen, _LINE_ENDS.sub("\n", text)))
    return unicodedata.normalize("NFC", kept).strip()


def line(text: str) -> str:
    """Give a text of one line, such as a name: as `prose`, a blank where lines or columns ended."""
    return _GAPS.sub(" ", prose(text))


@cache
def _seen(character: str) -> str:
    hidden = unicodedata.category(character) in _UNSEEN and character not in "\n\t"
    return "" if hidden or _is_noncharacter(character) or _chooses_looks(character) else character


def _is_noncharacter(character: str) -> bool:
    # Other unassigned code points stay: an ideograph newer than this Python may be somebody's name.
    return ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"


def _chooses_looks(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f"
