"""What the doctor says of each thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Finding(StrEnum):
    """How bad it is: only `broken` needs somebody now."""

    OK = "ok"
    NOTE = "note"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing looked at: `what` it is, how it is, and in words what was seen and what to do."""

    what: str
    finding: Finding
    words: str
