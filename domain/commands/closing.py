"""Going back to look, and closing with a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.commands.values import RevisitResult
from domain.roles import CITY, SUPERVISORS, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRevisit:
    """What was found when someone went back to look; recording 整改到位 proposes closure.

    `inspection_group` is the name of the group that went, `inspectors` the ids of people of the
    register; both may be empty. `off_site` when nobody went: by data, video or papers; the door reads
    up to which day the enterprise stands on the positive list 正面清单 on that of the revisit, None
    where it does not.
    """

    name: ClassVar[str] = "record_revisit"
    may: ClassVar[Right] = CITY
    on: date
    result: RevisitResult
    findings: str
    by: Actor
    inspection_group: str = ""
    inspectors: tuple[str, ...] = ()
    off_site: bool = False
    positive_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveClosure:
    """The second person's approval, bound to the hash of what was proposed."""

    name: ClassVar[str] = "approve_closure"
    may: ClassVar[Right] = SUPERVISORS
    content_hash: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineClosure:
    """The second person sends the problem back for another revisit."""

    name: ClassVar[str] = "decline_closure"
    may: ClassVar[Right] = SUPERVISORS
    reason: str
    by: Actor


ClosingCommand = RecordRevisit | ApproveClosure | DeclineClosure
