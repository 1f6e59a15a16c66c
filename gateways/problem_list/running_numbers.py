"""Numbers that count the rows of a list, and numbers that name a problem."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from gateways.problem_list.cells import LostDigits, key_of, text_of
from gateways.problem_list.workbook import Cell

COUNTED = re.compile(
    r"(?:no\.?|第)?\(?0*(\d{1,4})\)?[.、号项条]?|(?P<part>\d{1,3})(?:[.-]\d{1,2})+"
)
"""A number and nothing else, or one of a part and within it: 1-2, 1.2."""
NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", 1)}


def is_running(numbers: Sequence[Cell], *, proper: bool) -> bool:
    """Say whether the numbers of a column only count its rows.

    Bare small numbers under 编号 always do. Under the `proper` heading 问题编号 they do where they
    count up from row to row, from 1 on or again from 1: a single 17 may be a problem's own number.
    """
    counted = [counted_by(number) for number in numbers]
    places = [place for place in counted if place is not None]
    if not places or len(places) < len(counted):
        return False
    return not proper or counts_up(places)


def counts_up(places: Sequence[int]) -> bool:
    """Say whether numbers go up by one from row to row; a merged one stands for several rows."""
    steps = [place for place, _ in groupby(places)]
    if len(steps) == 1:
        return steps == [1]
    return all(later in (earlier + 1, 1) for earlier, later in pairwise(steps))


def counted_by(number: Cell) -> int | None:
    """Return the small number a cell holds and nothing else, or None."""
    try:
        key = key_of(text_of(number))
    except LostDigits:
        return None
    if key in NUMERALS:
        return NUMERALS[key]
    counted = COUNTED.fullmatch(key)
    return int(counted[1] or counted["part"]) if counted else None


def merged_rows(merged: Sequence[tuple[tuple[int, int], tuple[int, int]]], column: int) -> set[int]:
    """Return the rows that share one merged cell of a column, counted from 0."""
    return set(_rows_of(merged, column))


def _rows_of(
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]], column: int
) -> Iterator[int]:
    for (top, left), (bottom, _) in merged:
        if left == column and bottom > top:
            yield from range(top, bottom + 1)
