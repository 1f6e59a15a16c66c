"""Holding what the store keeps of a life against what the life recorded, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Row = Mapping[str, Any]
"""One row by the names of its columns."""

_SHOWN = 60
_BEFORE = 20


class Book(StrEnum):
    """What the store keeps of a life and the life can be asked for."""

    EVENTS = "events"
    PROBLEM = "problem"
    LEDGER = "ledger"
    NOTICES = "notices"
    ADDENDA = "addenda"

    @property
    def label(self) -> str:
        """What it is, as an operator reads it."""
        return {
            "events": "事件记录",
            "problem": "问题列表",
            "ledger": "扣分台账",
            "notices": "通知指令",
            "addenda": "补记",
        }[self.value]


class How(StrEnum):
    """How the store differs: it lacks a row, has one besides, or has one otherwise."""

    LACKS = "lacks"
    BESIDES = "besides"
    OTHERWISE = "otherwise"

    @property
    def label(self) -> str:
        """How, as an operator reads it."""
        return {"lacks": "缺少", "besides": "多出", "otherwise": "不同"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One row in which the store is not what the life recorded; `column` and both values where it is
    there otherwise."""

    book: Book
    how: How
    row: str
    column: str = ""
    stored: str = ""
    recorded: str = ""

    @property
    def words(self) -> str:
        """The difference as an operator reads it."""
        where = f"{self.book.label}{self.how.label}：{self.row}"
        if self.how is not How.OTHERWISE:
            return where
        return f"{where}，{self.column} 库中为“{self.stored}”，流程记录为“{self.recorded}”"


def differences(
    book: Book, stored: Mapping[str, Row], recorded: Mapping[str, Row]
) -> Iterator[Difference]:
    """Compare the rows of a book by their keys; of a row that differs every column that does is named."""
    for key in recorded:
        if key not in stored:
            yield Difference(book=book, how=How.LACKS, row=key)
    for key in stored:
        if key not in recorded:
            yield Difference(book=book, how=How.BESIDES, row=key)
    for key, row in recorded.items():
        there = stored.get(key, row)
        for column, value in row.items():
            if there[column] != value:
                shown, right = _apart(str(there[column]), str(value))
                yield Difference(
                    book=book,
                    how=How.OTHERWISE,
                    row=key,
                    column=column,
                    stored=shown,
                    recorded=right,
                )


def _apart(stored: str, recorded: str) -> tuple[str, str]:
    """Cut two texts to where they begin to differ."""
    both = zip(stored, recorded, strict=False)
    same = next((at for at, (one, other) in enumerate(both) if one != other), 0)
    first = max(0, same - _BEFORE)
    return _cut(stored, first), _cut(recorded, first)


def _cut(text: str, first: int) -> str:
    before, after = "…" if first else "", "…" if len(text) > first + _SHOWN else ""
    return f"{before}{text[first : first + _SHOWN]}{after}"
