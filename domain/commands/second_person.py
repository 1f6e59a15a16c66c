"""Acts that need a second person 双人: what one proposes and another approves.

An act is a value of its own, so that approval can be bound to the hash of exactly what was
proposed, and is carried out only then. Closure has its own proposal (a passed revisit).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from domain.canonical import digest
from domain.recorded_forms import APPROVAL
from domain.roles import CITY, SUPERVISORS, Actor, Right
from domain.stages import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendRound:
    """A further extension 再次延期, as the district asked for it under `receipt_id`."""

    receipt_id: str
    until: date
    tag: Literal["extend_round"] = "extend_round"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDueDate:
    """Another due date for the open round, at the bureau's own initiative."""

    round_no: int
    due_on: date
    tag: Literal["move_due_date"] = "move_due_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartDays:
    """The open round's days counted anew from a later service or another notice 重新计算时限."""

    round_no: int
    counted_from: date
    tag: Literal["restart_days"] = "restart_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendProblem:
    """暂缓办理: the clocks stop until the problem can be worked on again; looked at by `review_on`."""

    review_on: date
    tag: Literal["suspend_problem"] = "suspend_problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseDeduction:
    """A deduction taken back 扣分撤销; `deduction` is the number of its event.

    `receipt_id` names the appeal that is upheld, empty for a correction of the bureau's own.
    """

    deduction: int
    receipt_id: str = ""
    tag: Literal["reverse_deduction"] = "reverse_deduction"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenProblem:
    """A closed problem taken up again because it came back 反弹."""

    findings: str
    tag: Literal["reopen_problem"] = "reopen_problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveListed:
    """A problem on the supervisory list handed on to another district: nobody ends that alone.

    `receipt_id` names the objection that is upheld, empty for a correction of the bureau's own.
    """

    to_district: str
    receipt_id: str = ""
    tag: Literal["move_listed"] = "move_listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawListed:
    """A problem on the supervisory list taken back by the bureau."""

    tag: Literal["withdraw_listed"] = "withdraw_listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFact:
    """A fact that no clock and no finding establishes 人工认定: criticised, exposed, shirked.

    `on` is the day it happened, `source` the document or report it rests on.
    """

    fact: Fact
    on: date
    source: str
    tag: Literal["state_fact"] = "state_fact"


Act = (
    ExtendRound
    | MoveDueDate
    | RestartDays
    | SuspendProblem
    | ReverseDeduction
    | ReopenProblem
    | MoveListed
    | WithdrawListed
    | StateFact
)

ACT_LABELS: dict[str, str] = {
    "extend_round": "再次延期",
    "move_due_date": "调整时限",
    "restart_days": "重新计算时限",
    "suspend_problem": "暂缓办理",
    "reverse_deduction": "撤销扣分",
    "reopen_problem": "反弹恢复办理",
    "move_listed": "清单内问题改派",
    "withdraw_listed": "清单内问题撤回",
    "state_fact": "人工认定情形",
}
"""Every act by its tag, as officers say it."""


def act_hash(problem_no: str, seq: int, act: Act, reason: str) -> str:
    """Hash what is proposed on a problem as it stood after event `seq`; SHA-256."""
    return digest((problem_no, seq, act, reason), APPROVAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAct:
    """The first of two persons asks for an act."""

    name: ClassVar[str] = "propose_act"
    may: ClassVar[Right] = CITY
    act: Act
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveAct:
    """The second person approves exactly what was proposed; `proposal` is its event's number."""

    name: ClassVar[str] = "approve_act"
    may: ClassVar[Right] = SUPERVISORS
    proposal: int
    content_hash: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineAct:
    """The second person does not agree."""

    name: ClassVar[str] = "decline_act"
    may: ClassVar[Right] = SUPERVISORS
    proposal: int
    reason: str
    by: Actor


SecondPersonCommand = ProposeAct | ApproveAct | DeclineAct
