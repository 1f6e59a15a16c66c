"""A code list and how people's ways of writing an entry are understood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

_NUMERALS = "一二三四五六七八九十"
_NUMBERED = re.compile(
    r"(?:重点)?(?:内容|对象)?第?[(]?([0-9]{1,2}|十?[一二三四五六七八九十])[)]?[项类条]?[.、]?"
)


def squeezed(text: str) -> str:
    """Reduce `text` to what two ways of writing the same words share.

    Full-width forms become half-width (NFKC), spaces and invisible format characters go, letters
    become lower case, and a closing full stop or semicolon is dropped.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = (c for c in plain if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))
    return "".join(kept).rstrip(";。.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: stable code, number in its list, exact wording, short name, and its source."""

    code: str
    number: int
    label: str
    short: str
    source: str
    aliases: tuple[str, ...] = ()


E = TypeVar("E", bound=Entry)


class Catalogue(Generic[E]):
    """The entries of one code list, found by code, number or wording."""

    def __init__(self, *entries: E) -> None:
        """Index `entries`; raises ValueError when two claim the same code or wording."""
        self._entries = entries
        self._by_code = {entry.code: entry for entry in entries}
        self._by_number = {entry.number: entry for entry in entries}
        self._by_text: dict[str, E] = {}
        for entry in entries:
            for text in (entry.code, entry.label, entry.short, *entry.aliases):
                self._claim(squeezed(text), entry)

    def _claim(self, text: str, entry: E) -> None:
        if self._by_text.setdefault(text, entry) is not entry:
            raise ValueError(f"two entries are called {text}")

    def __iter__(self) -> Iterator[E]:
        """Iterate in the order of the list."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._entries)

    def by_code(self, code: str) -> E:
        """Give the entry with exactly this code; raises KeyError when there is none."""
        return self._by_code[code]

    def find(self, text: str) -> E | None:
        """Understand a code, a number (3, 第3项, （三）, 重点内容3), a label, or a number with its label."""
        wanted = squeezed(text)
        if wanted in self._by_text:
            return self._by_text[wanted]
        numbered = _NUMBERED.match(wanted)
        if numbered is None:
            return None
        by_number = self._by_number.get(_number(numbered[1]))
        rest = wanted[numbered.end() :]
        return by_number if not rest or self._by_text.get(rest) is by_number else None


def _number(digits: str) -> int:
    if digits.isdecimal():
        return int(digits)
    tens = 10 if len(digits) == 2 else 0
    return tens + _NUMERALS.index(digits[-1]) + 1
