"""Sorting problems into the six batches 六个一批."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.roles import CITY, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class SortProblem:
    """Sort the problem into a batch, by its code; `called` is the batch's name of the moment."""

    name: ClassVar[str] = "sort_problem"
    may: ClassVar[Right] = CITY
    six_batch: str
    called: str
    reason: str
    by: Actor


SixBatchCommand = SortProblem
