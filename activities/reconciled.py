"""What a look at store, lives, archive and files came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from domain.reconciliation import Difference, Unseen

MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What one look came to; `seconds` is how long it took.

    Into `looked_into` problems it looked, `unchanged` ones it left out: they agreed when they stood so before.
    """

    problems: int
    lives: int
    runs_archived: int
    differences: tuple[Difference, ...]
    seconds: float
    looked_into: int = 0
    unchanged: int = 0
    unseen: tuple[Unseen, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON content; of very many differences the first, and all counted."""
        return {
            "ok": not self.differences,
            "problems": self.problems,
            "lives": self.lives,
            "runs_archived": self.runs_archived,
            "looked_into": self.looked_into,
            "unchanged": self.unchanged,
            "seconds": round(self.seconds, 1),
            "counts": dict(sorted(Counter(one.code.value for one in self.differences).items())),
            "differences": [
                {
                    "code": one.code.value,
                    "problem_no": one.problem_no,
                    "detail": one.detail,
                    "words": one.words,
                }
                for one in self.differences[:MOST_KEPT]
            ],
            "not_looked_at": [
                {"problem_no": one.problem_no, "words": one.words}
                for one in self.unseen[:MOST_KEPT]
            ],
        }
