"""What has happened to a problem: facts in the past tense, each with a stable tag.

Every date that matters stands in an event, because events travel in the record order and replay
checks orders, not timers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from domain.commands import Answer, Facts, RevisitResult, Verdict
from domain.roles import Actor
from domain.stages import Fact, Light, RoundKind


class FiledWhy(StrEnum):
    """Why an answer was kept without moving the state."""

    EARLIER_ROUND = "earlier_round"
    PROGRESS = "progress"


class BureauDuty(StrEnum):
    """What the city bureau itself owes; never counted against the district."""

    REVIEW = "review"
    REVISIT = "revisit"
    APPROVAL = "approval"

    @property
    def label(self) -> str:
        """The duty as officers say it."""
        return {"review": "审核反馈", "revisit": "回头看", "approval": "销号审批"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRegistered:
    """The problem stands on the problem list."""

    problem_no: str
    facts: Facts
    route: str
    tag: Literal["problem:registered"] = "problem:registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemTransferred:
    """The problem was handed to its district."""

    on: date
    document_no: str
    rectification_due_on: date | None
    tag: Literal["problem:transferred"] = "problem:transferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpened:
    """The district owes an answer by `due_at`, the instant that ends `due_on`."""

    round_no: int
    kind: RoundKind
    district: str
    counted_from: date
    due_on: date
    due_at: datetime
    provisional: bool
    calendar_version: str
    clause: str
    tag: Literal["round:opened"] = "round:opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateMoved:
    """A round's due date was changed by a recorded act; both dates stay visible."""

    round_no: int
    counted_from: date
    from_on: date
    due_on: date
    due_at: datetime
    provisional: bool
    calendar_version: str
    reason: str
    tag: Literal["round:due_date_moved"] = "round:due_date_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderIssued:
    """One rung of the ladder was reached and its reminder ordered."""

    round_no: int
    rung: str
    light: Light
    planned_at: datetime
    tag: Literal["reminder:issued"] = "reminder:issued"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSkipped:
    """One rung was overtaken before it could be sent (an outage, or a higher rung)."""

    round_no: int
    rung: str
    planned_at: datetime
    tag: Literal["reminder:skipped"] = "reminder:skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReceived:
    """The district answered the open round; the answer awaits review.

    `level_days_used` stops the level's clock: working days unrectified so far at this level.
    """

    receipt_id: str
    round_no: int
    received_at: datetime
    late: bool
    answer: Answer
    content_sha256: str
    level_days_used: int
    tag: Literal["feedback:received"] = "feedback:received"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFiled:
    """An answer was kept on the problem without moving its state."""

    receipt_id: str
    round_no: int
    received_at: datetime
    late: bool
    why: FiledWhy
    answer: Answer
    content_sha256: str
    tag: Literal["feedback:filed"] = "feedback:filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReviewed:
    """The officer gave a verdict; `promised_on` only when accepted as in progress."""

    receipt_id: str
    verdict: Verdict
    reason: str
    promised_on: date | None
    tag: Literal["feedback:reviewed"] = "feedback:reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactEstablished:
    """A ground for consequences exists for the `occurrence`-th time on this problem."""

    fact: Fact
    occurrence: int
    round_no: int
    planned_at: datetime | None
    tag: Literal["fact:established"] = "fact:established"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsequenceHeld:
    """The due instant passed, but no notice of the round is proven served 送达未证实."""

    round_no: int
    planned_at: datetime
    tag: Literal["fact:held"] = "fact:held"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOnList:
    """The problem is (to be) entered on the supervisory list."""

    reason: Fact
    on: date
    clause: str
    tag: Literal["list:placed"] = "list:placed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReasonAdded:
    """A listed problem gave one more ground."""

    reason: Fact
    on: date
    clause: str
    tag: Literal["list:reason_added"] = "list:reason_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNumberRecorded:
    """The municipal list's own number is known."""

    number: str
    tag: Literal["list:number_recorded"] = "list:number_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOffList:
    """A passed revisit took the problem off the supervisory list."""

    on: date
    tag: Literal["list:taken_off"] = "list:taken_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsDeducted:
    """Points were deducted from the district by rule; one ledger row."""

    rule_id: str
    fact: Fact
    occurrence: int
    points: Decimal
    capped: bool
    clause: str
    paper: str
    district: str
    year: int
    on: date
    policy: str
    tag: Literal["points:deducted"] = "points:deducted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRaised:
    """Supervision was escalated 提级督办."""

    level: int
    title: str
    planned_at: datetime | None
    on: date
    tag: Literal["level:raised"] = "level:raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecorded:
    """An officer recorded that the notice of a round was served."""

    round_no: int
    served_on: date
    means: str
    tag: Literal["service:recorded"] = "service:recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitPlanned:
    """Someone will go back to look on `on`; the bureau owes it by `due_at`."""

    on: date
    due_at: datetime
    tag: Literal["revisit:planned"] = "revisit:planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitRecorded:
    """Someone went back and looked."""

    on: date
    result: RevisitResult
    findings: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauDutyOverdue:
    """The bureau itself is late with a duty of its own."""

    duty: BureauDuty
    planned_at: datetime
    tag: Literal["bureau:overdue"] = "bureau:overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEnded:
    """The appeal window passed with nothing pending; the run may complete."""

    planned_at: datetime
    tag: Literal["life:ended"] = "life:ended"


Event = (
    ProblemRegistered
    | ProblemTransferred
    | RoundOpened
    | DueDateMoved
    | ReminderIssued
    | ReminderSkipped
    | FeedbackReceived
    | AnswerFiled
    | FeedbackReviewed
    | FactEstablished
    | ConsequenceHeld
    | PlacedOnList
    | ListReasonAdded
    | ListNumberRecorded
    | TakenOffList
    | PointsDeducted
    | LevelRaised
    | ServiceRecorded
    | RevisitPlanned
    | RevisitRecorded
    | ClosureProposed
    | ClosureDeclined
    | ProblemClosed
    | BureauDutyOverdue
    | LifeEnded
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One event in its place: `seq` counts from 1 without gaps, over all runs of a life.

    `cause` is the command's id (the receipt id for a submission) or `duty:<kind>@<instant>`.
    """

    seq: int
    at: datetime
    by: Actor
    cause: str
    event: Event
