"""Marking typical cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.roles import SUPERVISORS, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkTypicalCase:
    """Mark the problem as a typical case 典型案例, or take the mark off."""

    name: ClassVar[str] = "mark_typical_case"
    may: ClassVar[Right] = SUPERVISORS
    typical: bool
    reason: str
    by: Actor


TypicalCaseCommand = MarkTypicalCase
