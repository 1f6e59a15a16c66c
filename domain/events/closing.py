"""Someone went back to look, and the problem was closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.commands.values import RevisitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitPlanned:
    """Someone will go back to look on `on`; the bureau owes it by `due_at`."""

    on: date
    due_at: datetime
    tag: Literal["revisit:planned"] = "revisit:planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitRecorded:
    """Someone went back and looked: a group by its name, people by their ids, where it was said.

    `off_site` when it was done from afar, for an enterprise that stood on the positive list.
    """

    on: date
    result: RevisitResult
    findings: str
    inspection_group: str = ""
    inspectors: tuple[str, ...] = ()
    off_site: bool = False
    positive_until: date | None = None
    tag: Literal["revisit:recorded"] = "revisit:recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureProposed:
    """Closure 销号 awaits a second person; the hash is what approval is bound to."""

    content_hash: str
    tag: Literal["closure:proposed"] = "closure:proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureDeclined:
    """The second person did not agree."""

    reason: str
    tag: Literal["closure:declined"] = "closure:declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemClosed:
    """The problem was struck off the problem list 销号."""

    on: date
    content_hash: str
    tag: Literal["problem:closed"] = "problem:closed"


ClosingEvent = RevisitPlanned | RevisitRecorded | ClosureProposed | ClosureDeclined | ProblemClosed
