"""More time was asked for, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.commands.values import EvidenceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequested:
    """The district asked for more time.

    One request of a round `holds` its consequence until it is answered (since FAIR_POINTS); while
    another waits the clock runs on.
    """

    receipt_id: str
    round_no: int
    received_at: datetime
    wanted_on: date
    reason: str
    content_sha256: str
    files: tuple[EvidenceFile, ...] = ()
    holds: bool = False
    tag: Literal["extension:requested"] = "extension:requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionDecided:
    """The request was granted until a day, or refused.

    `days` are what it adds, counted where the policy bounds the sum of all extensions.
    """

    receipt_id: str
    round_no: int
    granted: bool
    until: date | None
    reason: str
    days: int = 0
    tag: Literal["extension:decided"] = "extension:decided"


ExtensionEvent = ExtensionRequested | ExtensionDecided
