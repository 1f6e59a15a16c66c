"""What one cell says: text without hidden characters, a day in any of its spellings."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from functools import cache

from domain.plain_text import prose
from gateways.problem_list.days import day_in, time_in
from gateways.problem_list.workbook import Broken, Cell, Moment

LARGEST_EXACT = 10**15
"""Excel keeps 15 digits; a longer number has already lost its last ones."""

DECIMAL_POINT = re.compile(r"(?<=\d)．(?=\d)")
SPACES = re.compile(r"[^\S\n]+")
BLANK_LINES = re.compile(r" ?\n[ \n]*")
SERIES_MARK = re.compile(r"(?:(?<=^)|(?<=[。；;：:\n ]))[(（]?(\d{1,2})[)）]?[.．、)）](?!\d) ?")
ORDINAL = re.compile(
    r"(?:(?<=^)|(?<=[。；;：:，,\n ]))(?:第?([一二三四五六七八九十])是|[(（]([一二三四五六七八九十])[)）]"
    r"|([一二三四五六七八九十])、)[，,、：:]?"
)
CIRCLED = re.compile(r"([①②③④⑤⑥⑦⑧⑨⑩])")


class LostDigits(ValueError):
    """A number too long for Excel: its last digits are gone."""


def text_of(cell: Cell) -> str:
    """Return the cell as text: cleaned, one kind of digits and letters, no blank lines.

    Chinese punctuation and signs such as ³ or ℃ stay as they were written. Raises LostDigits.
    """
    if cell == "":
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float | int):
        return text_of_number(cell)
    lines = prose(cell)
    if not lines.isascii():
        lines = DECIMAL_POINT.sub(".", "".join(map(ordinary_form, lines)))
    return BLANK_LINES.sub("\n", SPACES.sub(" ", lines)).strip()


def text_of_number(number: float) -> str:
    """Return a number as it was typed: whole numbers without a decimal point."""
    if abs(number) >= LARGEST_EXACT:
        raise LostDigits
    return str(int(number)) if number == int(number) else repr(number)


@cache
def ordinary_form(character: str) -> str:
    """Fold full-width letters and digits, radicals and compatibility ideographs to plain ones."""
    if unicodedata.category(character) not in {"Nd", "Lu", "Ll", "Lo", "So", "Zs"}:
        return character
    plain = unicodedata.normalize("NFKC", character)
    folds = plain.isascii() or unicodedata.category(plain) == "Lo" if len(plain) == 1 else False
    return plain if folds else character


def key_of(text: str) -> str:
    """Return the text as it is compared: full-width or not, spaced or not, all the same."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def is_blank(cell: Cell) -> bool:
    """Say whether a person sees nothing in the cell."""
    return isinstance(cell, str) and not cell.strip() and not isinstance(cell, Broken)


def day_of(cell: Cell) -> date | None:
    """Return the day a cell means, or None where no single day can be read."""
    return cell if isinstance(cell, date) else day_in(text_of(cell))


def time_of(cell: Cell) -> time | None:
    """Return the time behind the day that a cell holds, None where there is none."""
    if isinstance(cell, Moment):
        return cell.at
    return time_in(cell) if isinstance(cell, str) else None


def separate_problems(text: str) -> tuple[str, ...]:
    """Return the problems of a cell that numbers several (1.… 2.… or ①…②…), else the text alone."""
    for mark in (SERIES_MARK, CIRCLED):
        pieces = mark.split(text)
        numbers, parts = pieces[1::2], [part.strip(" ；;\n") for part in pieces[2::2]]
        if len(parts) > 1 and not pieces[0].strip() and counts_up(numbers) and all(parts):
            return tuple(parts)
    return (text,)


def ordinals(text: str) -> int:
    """Count the problems of a cell that tells them one by one: 一是…二是…, （一）…（二）… or 一、…二、…."""
    if "二" not in text:
        return 0
    numbers = ["".join(filter(None, mark)) for mark in ORDINAL.findall(text)]
    return len(numbers) if numbers == list("一二三四五六七八九十"[: len(numbers)]) else 0


def counts_up(numbers: list[str]) -> bool:
    """Say whether the marks are 1, 2, 3 … in order."""
    return [int(unicodedata.normalize("NFKC", number)) for number in numbers] == list(
        range(1, len(numbers) + 1)
    )
