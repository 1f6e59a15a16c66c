"""Sorting into the six batches 六个一批."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSorted:
    """The problem belongs to a batch, which was called so when it was sorted."""

    six_batch: str
    called: str
    reason: str
    tag: Literal["problem:sorted"] = "problem:sorted"


SixBatchEvent = ProblemSorted
