"""The events of a life that goes straight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from domain.commands.values import Answer, Channel, Facts, RevisitResult, Verdict
from domain.stages import Fact, Light, RoundKind

AGREED = "区县承诺、市级审核同意的完成日期"
"""The clause of a round whose date the district promised and the officer accepted."""


class FiledWhy(StrEnum):
    """Why an answer was kept without moving the state."""

    EARLIER_ROUND = "earlier_round"
    PROGRESS = "progress"


class BureauDuty(StrEnum):
    """What the city bureau itself owes; never counted against the district."""

    REVIEW = "review"
    REVISIT = "revisit"
    APPROVAL = "approval"
    EXTENSION = "extension"
    OBJECTION = "objection"
    APPEAL = "appeal"
    PROPOSAL = "proposal"
    SUSPENSION = "suspension"
    REGISTER = "register"
    SERVICE = "service"

    @property
    def label(self) -> str:
        """The duty as officers say it."""
        return BUREAU_LABELS[self]


BUREAU_LABELS = {
    BureauDuty.REVIEW: "审核反馈",
    BureauDuty.REVISIT: "回头看",
    BureauDuty.APPROVAL: "销号审批",
    BureauDuty.EXTENSION: "延期申请答复",
    BureauDuty.OBJECTION: "退回异议答复",
    BureauDuty.APPEAL: "申诉答复",
    BureauDuty.PROPOSAL: "双人审批",
    BureauDuty.SUSPENSION: "挂账复核",
    BureauDuty.REGISTER: "外部系统录入",
    BureauDuty.SERVICE: "送达落实",
}


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

    @property
    def agreed(self) -> bool:
        """Say whether the date was promised and accepted, not counted by a rule."""
        return self.clause == AGREED


class MovedWhy(StrEnum):
    """What a change of a due date follows from."""

    SERVICE = "service"
    EXTENSION = "extension"
    BUREAU = "bureau"
    SUSPENSION = "suspension"
    CALENDAR = "calendar"
    REISSUE = "reissue"
    OBJECTION = "objection"

    @property
    def label(self) -> str:
        """The reason in Chinese."""
        return {
            "service": "按送达日重新计算",
            "extension": "同意延期",
            "bureau": "市级调整",
            "suspension": "挂账期间扣除",
            "calendar": "放假安排公布后重新核算",
            "reissue": "重新送达后重新计算",
            "objection": "异议答复后顺延",
        }[self.value]


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
    why: MovedWhy = MovedWhy.SERVICE
    tag: Literal["round:due_date_moved"] = "round:due_date_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateConfirmed:
    """A provisional due date became firm without moving, its year having been announced."""

    round_no: int
    due_on: date
    calendar_version: str
    tag: Literal["round:due_date_confirmed"] = "round:due_date_confirmed"


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
    channel: Channel = Channel.LINK
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
    channel: Channel = Channel.LINK
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
