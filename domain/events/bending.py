"""The events of lives that do not go straight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from domain.commands.acts import Act
from domain.commands.values import EvidenceFile, Register
from domain.events.ordinary import BureauDuty
from domain.roles import Actor
from domain.stages import Fact


class ReassignedWhy(StrEnum):
    """Why a problem went to another district."""

    OBJECTION = "objection"
    CORRECTION = "correction"
    SUCCESSOR = "successor"

    @property
    def label(self) -> str:
        """The reason as it stands in the timeline."""
        return {
            "objection": "区县异议成立",
            "correction": "市级改派",
            "successor": "行政区划调整承继",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequested:
    """The district asked for more time; the clock runs on."""

    receipt_id: str
    round_no: int
    received_at: datetime
    wanted_on: date
    reason: str
    content_sha256: str
    files: tuple[EvidenceFile, ...] = ()
    tag: Literal["extension:requested"] = "extension:requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionDecided:
    """The request was granted until a day, or refused."""

    receipt_id: str
    round_no: int
    granted: bool
    until: date | None
    reason: str
    tag: Literal["extension:decided"] = "extension:decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionRaised:
    """The district says the problem is not its own; `disputed` when refused once already."""

    receipt_id: str
    round_no: int
    received_at: datetime
    reason: str
    proper_district: str
    disputed: bool
    content_sha256: str
    files: tuple[EvidenceFile, ...] = ()
    tag: Literal["objection:raised"] = "objection:raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionDecided:
    """The objection was upheld, or refused.

    `rectification_due_on` is the transfer's own date where the refusal left too little of it.
    """

    receipt_id: str
    upheld: bool
    reason: str
    rectification_due_on: date | None = None
    tag: Literal["objection:decided"] = "objection:decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemReassigned:
    """The problem went to another district; its scores stay where they arose.

    `rectification_due_on` is the transfer's own date, with the days the first district had of it.
    """

    from_district: str
    to_district: str
    on: date
    why: ReassignedWhy
    reason: str
    rectification_due_on: date | None = None
    tag: Literal["problem:reassigned"] = "problem:reassigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActProposed:
    """An act awaits a second person; the hash is what approval is bound to."""

    act: Act
    reason: str
    content_hash: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSuspended:
    """挂账: the clocks stopped, with `days_left` of the open round (None when none is owed).

    The days are working days where `in_working_days`, else calendar days: the unit of the round
    as it was then. `level_days_used` stops the level's clock.
    """

    on: date
    review_on: date
    reason: str
    round_no: int
    days_left: int | None
    level_days_used: int
    in_working_days: bool = False
    tag: Literal["problem:suspended"] = "problem:suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemResumed:
    """The clocks run again; dates that moved by it stand in the next events.

    `rectification_due_on` is the transfer's own date for rectification, moved by the days of the
    suspension, None when the transfer set none or it had been missed.
    """

    on: date
    reason: str
    days_suspended: int
    rectification_due_on: date | None
    tag: Literal["problem:resumed"] = "problem:resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemMerged:
    """The problem goes on under another number 并案."""

    into_no: str
    on: date
    reason: str
    tag: Literal["problem:merged"] = "problem:merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemWithdrawn:
    """The bureau took the problem back."""

    on: date
    reason: str
    tag: Literal["problem:withdrawn"] = "problem:withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemReopened:
    """A closed problem came back 反弹 and goes on under its number."""

    on: date
    findings: str
    tag: Literal["problem:reopened"] = "problem:reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReissued:
    """The notice of a round was ordered once more, for the `number`-th time."""

    round_no: int
    number: int
    reason: str
    tag: Literal["notice:reissued"] = "notice:reissued"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFailed:
    """A notice came back undelivered; its acceptance proves nothing any more."""

    round_no: int
    notice_key: str
    reported_at: datetime
    tag: Literal["service:failed"] = "service:failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealFiled:
    """The district appealed a deduction; the points stay, marked 申诉中."""

    receipt_id: str
    deduction: int
    received_at: datetime
    reason: str
    content_sha256: str
    files: tuple[EvidenceFile, ...] = ()
    tag: Literal["appeal:filed"] = "appeal:filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided:
    """The appeal was upheld, or refused."""

    receipt_id: str
    deduction: int
    upheld: bool
    reason: str
    tag: Literal["appeal:decided"] = "appeal:decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsReversed:
    """A deduction was taken back: one compensating ledger row with its decision.

    `proposal` is the number of the event that proposed it, `policy` the one now in force.
    """

    deduction: int
    proposal: int
    rule_id: str
    fact: Fact
    occurrence: int
    points: Decimal
    clause: str
    district: str
    year: int
    on: date
    policy: str
    tag: Literal["points:reversed"] = "points:reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarApplied:
    """Another calendar counts this life's days from now on."""

    calendar_version: str
    content_hash: str
    proposed_by: Actor
    tag: Literal["calendar:applied"] = "calendar:applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyApplied:
    """Another policy judges this life from now on."""

    policy: str
    content_hash: str
    proposed_by: Actor
    tag: Literal["policy:applied"] = "policy:applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitDrawn:
    """The random draw decided whether someone goes back to look."""

    draw_id: str
    drawn: bool
    tag: Literal["revisit:drawn"] = "revisit:drawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalCaseMarked:
    """The problem became a typical case, or is one no more."""

    typical: bool
    reason: str
    tag: Literal["problem:typical"] = "problem:typical"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterNumberRecorded:
    """The problem stands in an outside register under a number."""

    register: Register
    number: str
    tag: Literal["register:number_recorded"] = "register:number_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauReminded:
    """A duty of the bureau fell due, or went on being late: its `step`-th reminder, from 1.

    `ref` says which request, proposal or register the duty is about, empty when there is but one.
    """

    duty: BureauDuty
    ref: str
    step: int
    planned_at: datetime
    tag: Literal["bureau:reminded"] = "bureau:reminded"
