"""What someone may ask of a problem. Imperative, one small value each; `name` is the Update's name.

Every text, date and number in here has already passed the typed models of the doors; what a rule
has to say about it is said by `domain.decide`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from domain.roles import Actor


class RectificationState(StrEnum):
    """How far the enterprise has come, as the district reports it (annex, column 整改情况)."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    NOT_BEGUN = "not_begun"

    @property
    def label(self) -> str:
        """The state as it stands on the annex form."""
        return {"done": "已完成整改", "in_progress": "正在整改", "not_begun": "尚未开始整改"}[
            self.value
        ]


class Verdict(StrEnum):
    """What the officer finds in the district's answer."""

    ACCEPT_DONE = "accept_done"
    ACCEPT_IN_PROGRESS = "accept_in_progress"
    RETURN_FOR_SUPPLEMENT = "return_for_supplement"
    FOUND_FALSE = "found_false"

    @property
    def label(self) -> str:
        """The verdict as officers say it."""
        return {
            "accept_done": "审核通过（已完成整改）",
            "accept_in_progress": "审核通过（限期整改）",
            "return_for_supplement": "退回补充",
            "found_false": "认定不严不实",
        }[self.value]


class RevisitResult(StrEnum):
    """What a revisit 回头看 found on site."""

    IN_PLACE = "in_place"
    NOT_IN_PLACE = "not_in_place"

    @property
    def label(self) -> str:
        """The result as it stands in the revisit record."""
        return {"in_place": "整改到位", "not_in_place": "整改不到位"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The problem itself, by the five precisions 五个精准: what, when, where, who, measure.

    `key_content` is a code of the 11 key contents, or None for a general problem 一般问题.
    `remarks` keeps the list's unknown columns as (heading, text).
    """

    enterprise: str
    description: str
    district: str
    credit_code: str = ""
    address: str = ""
    key_content: str | None = None
    key_object: str | None = None
    clue_source: str = ""
    found_on: date | None = None
    requirement: str = ""
    inspection_group: str = ""
    plan: str = "chongqing-2024"
    remarks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """One uploaded file: its SHA-256 is its address in the evidence store; sizes in bytes."""

    sha256: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The annex form as the district filled it in, one problem a form.

    Who filled it in and the telephone number stay in the inbox; the life carries no personal data.
    `penalty_amount` is in yuan.
    """

    state: RectificationState
    text: str
    promised_on: date | None = None
    penalty_outcome: str = ""
    penalty_document_no: str = ""
    penalty_amount: Decimal | None = None
    penalty_ground: str = ""
    files: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterProblem:
    """Put a problem on the problem list 问题清单."""

    name: ClassVar[str] = "register_problem"
    problem_no: str
    facts: Facts
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferProblem:
    """Transfer the problem to its district; `on` is day zero of the feedback clock."""

    name: ClassVar[str] = "transfer_problem"
    on: date
    document_no: str
    by: Actor
    rectification_due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitFeedback:
    """The district's answer, as committed in the inbox at `received_at`.

    `content_sha256` covers the whole submission, personal fields included, so that the inbox row
    can be held against the life. `district` and `round_no` come from the link, never the form.
    """

    name: ClassVar[str] = "submit_feedback"
    receipt_id: str
    round_no: int
    district: str
    received_at: datetime
    answer: Answer
    content_sha256: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFeedback:
    """The officer's verdict on the answer `receipt_id`.

    `promised_on` is the rectification date agreed when accepting as in progress; left out, the
    date the district promised stands.
    """

    name: ClassVar[str] = "review_feedback"
    receipt_id: str
    verdict: Verdict
    reason: str
    by: Actor
    promised_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRevisit:
    """What was found when someone went back to look; recording 整改到位 proposes closure."""

    name: ClassVar[str] = "record_revisit"
    on: date
    result: RevisitResult
    findings: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveClosure:
    """The second person's approval, bound to the hash of what was proposed."""

    name: ClassVar[str] = "approve_closure"
    content_hash: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineClosure:
    """The second person sends the problem back for another revisit."""

    name: ClassVar[str] = "decline_closure"
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordService:
    """The officer records that the notice of the open round was served 送达 on a day."""

    name: ClassVar[str] = "record_service"
    served_on: date
    means: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordListNumber:
    """The number the municipal supervisory list itself gave; until then the entry reads 拟纳入."""

    name: ClassVar[str] = "record_list_number"
    number: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReminder:
    """The officer presses by hand 催办."""

    name: ClassVar[str] = "send_reminder"
    by: Actor


Command = (
    RegisterProblem
    | TransferProblem
    | SubmitFeedback
    | ReviewFeedback
    | RecordRevisit
    | ApproveClosure
    | DeclineClosure
    | RecordService
    | RecordListNumber
    | SendReminder
)

COMMANDS: dict[str, type[Command]] = {
    kind.name: kind
    for kind in (
        TransferProblem,
        SubmitFeedback,
        ReviewFeedback,
        RecordRevisit,
        ApproveClosure,
        DeclineClosure,
        RecordService,
        RecordListNumber,
        SendReminder,
    )
}
"""Every command a living problem takes, by the name of its Update; registering starts the life."""
