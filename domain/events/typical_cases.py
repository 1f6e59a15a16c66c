"""Marks of typical cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalCaseMarked:
    """The problem became a typical case, or is one no more."""

    typical: bool
    reason: str
    tag: Literal["problem:typical"] = "problem:typical"


TypicalCaseEvent = TypicalCaseMarked
