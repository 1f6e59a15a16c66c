"""The commands of lives that do not go straight: every exception law and practice know.

What a district hands in on its link carries the receipt, the instant the inbox stamped and the hash
of the whole submission, like an answer does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from domain.commands.acts import Act
from domain.commands.values import Answer, Channel, EvidenceFile, Register
from domain.policy import Policy
from domain.roles import Actor
from domain.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExtension:
    """The district asks for more time 延期, before the round expires, until `wanted_on`."""

    name: ClassVar[str] = "request_extension"
    receipt_id: str
    round_no: int
    district: str
    received_at: datetime
    wanted_on: date
    reason: str
    content_sha256: str
    by: Actor
    files: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideExtension:
    """The answer to a request: granted until `until` (None: the day asked for), or refused.

    Granting a further one only proposes it: the supervisor approves.
    """

    name: ClassVar[str] = "decide_extension"
    receipt_id: str
    grant: bool
    reason: str
    by: Actor
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseObjection:
    """The district says the problem is not its own 退回; a second time disputes the refusal.

    `proper_district` is the unit it names instead, empty when it names none.
    """

    name: ClassVar[str] = "raise_objection"
    receipt_id: str
    round_no: int
    district: str
    received_at: datetime
    reason: str
    content_sha256: str
    by: Actor
    proper_district: str = ""
    files: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideObjection:
    """The answer to an objection; upheld, the problem moves to `to_district`."""

    name: ClassVar[str] = "decide_objection"
    receipt_id: str
    uphold: bool
    reason: str
    by: Actor
    to_district: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignProblem:
    """The bureau corrects its own choice of district 改派; the new one gets a fresh round."""

    name: ClassVar[str] = "reassign_problem"
    to_district: str
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignSuccessor:
    """A unit has ended, or a town changed hands: the successor takes over what is open."""

    name: ClassVar[str] = "assign_successor"
    to_district: str
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAct:
    """The first of two persons asks for an act."""

    name: ClassVar[str] = "propose_act"
    act: Act
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveAct:
    """The second person approves exactly what was proposed; `proposal` is its event's number."""

    name: ClassVar[str] = "approve_act"
    proposal: int
    content_hash: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineAct:
    """The second person does not agree."""

    name: ClassVar[str] = "decline_act"
    proposal: int
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeProblem:
    """The suspension ends: the clocks go on with what was left."""

    name: ClassVar[str] = "resume_problem"
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeProblem:
    """并案: a duplicate joins the problem that goes on, of the same enterprise and content.

    What must match is carried along as the door read it from the other problem; `into_due_on` is
    the due date the other one is held to, None when its district owes nothing at present.
    """

    name: ClassVar[str] = "merge_problem"
    into_no: str
    into_district: str
    into_enterprise: str
    into_key_content: str | None
    into_is_open: bool
    into_due_on: date | None
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawProblem:
    """The bureau takes the problem back 撤回, before any feedback."""

    name: ClassVar[str] = "withdraw_problem"
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterAnswer:
    """An officer enters an answer that came on paper or by telephone, with its scan.

    `received_at` is when it reached the bureau, by the officer's word.
    """

    name: ClassVar[str] = "enter_answer"
    receipt_id: str
    round_no: int
    received_at: datetime
    channel: Channel
    answer: Answer
    content_sha256: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReissueNotice:
    """The round's notice goes out once more, another contact having been named; days restart."""

    name: ClassVar[str] = "reissue_notice"
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBounce:
    """A notice the relay had accepted came back undelivered."""

    name: ClassVar[str] = "report_bounce"
    round_no: int
    notice_key: str
    reported_at: datetime
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDeduction:
    """The district appeals a deduction 申诉; `deduction` is the number of its event."""

    name: ClassVar[str] = "appeal_deduction"
    receipt_id: str
    deduction: int
    district: str
    received_at: datetime
    reason: str
    content_sha256: str
    by: Actor
    files: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal:
    """The answer to an appeal, by someone else than the deduction's author.

    Upholding it only proposes the reversal: a second person approves.
    """

    name: ClassVar[str] = "decide_appeal"
    receipt_id: str
    uphold: bool
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCalendar:
    """A newly announced year comes into force for this life, previewed and approved for all."""

    name: ClassVar[str] = "apply_calendar"
    calendar: WorkCalendar
    content_hash: str
    proposed_by: Actor
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPolicy:
    """A new version of the policy comes into force for this life, previewed and approved."""

    name: ClassVar[str] = "apply_policy"
    policy: Policy
    proposed_by: Actor
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDraw:
    """What the random draw 双随机 came to for this problem: a revisit, or none."""

    name: ClassVar[str] = "record_draw"
    draw_id: str
    drawn: bool
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkTypicalCase:
    """Mark the problem as a typical case 典型案例, or take the mark off."""

    name: ClassVar[str] = "mark_typical_case"
    typical: bool
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRegisterNumber:
    """The number the problem was given in one of the two outside registers."""

    name: ClassVar[str] = "record_register_number"
    register: Register
    number: str
    by: Actor
