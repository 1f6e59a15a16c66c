"""An act was proposed, and what the second person said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.commands.second_person import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class ActProposed:
    """An act awaits a second person; the hash is what approval is bound to.

    `caused_by` is whoever alone did that of which the system proposes this as a consequence.
    """

    act: Act
    reason: str
    content_hash: str
    caused_by: str = ""
    tag: Literal["act:proposed"] = "act:proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActApproved:
    """A second person approved; what follows from the act stands in the next events."""

    proposal: int
    content_hash: str
    tag: Literal["act:approved"] = "act:approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDeclined:
    """A second person did not agree."""

    proposal: int
    reason: str
    tag: Literal["act:declined"] = "act:declined"


SecondPersonEvent = ActProposed | ActApproved | ActDeclined
