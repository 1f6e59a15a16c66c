"""The commands of a life that goes straight, from the problem list to closure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from domain.commands.values import Answer, Facts, RevisitResult, Verdict
from domain.roles import Actor


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
