"""An act that needs two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.commands import Act
from domain.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedAct:
    """An act that awaits its second person; `seq` is the number of the event that proposed it.

    `caused_by` is whoever alone did that of which it is a consequence; they do not approve it.
    """

    seq: int
    act: Act
    reason: str
    content_hash: str
    by: Actor
    at: datetime
    caused_by: str = ""
