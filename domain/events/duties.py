"""What time brought: reminders to the district, the bureau's own delays, the end of a life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.stages import Light


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
    NEW_DATE = "new_date"
    SUCCESSOR = "successor"
    POINTS_SERVICE = "points_service"

    @property
    def label(self) -> str:
        """The duty as officers say it."""
        return BUREAU_LABELS[self]


BUREAU_LABELS = {
    BureauDuty.REVIEW: "审核反馈",
    BureauDuty.REVISIT: "回头看",
    BureauDuty.APPROVAL: "销号审批",
    BureauDuty.EXTENSION: "延期申请答复",
    BureauDuty.OBJECTION: "管辖异议答复",
    BureauDuty.APPEAL: "申诉答复",
    BureauDuty.PROPOSAL: "双人审批",
    BureauDuty.SUSPENSION: "暂缓办理复核",
    BureauDuty.REGISTER: "录入移动执法系统、国家大气帮扶系统",
    BureauDuty.SERVICE: "送达落实",
    BureauDuty.NEW_DATE: "重新确定时限",
    BureauDuty.SUCCESSOR: "确定承接单位",
    BureauDuty.POINTS_SERVICE: "扣分告知送达",
}


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
    """One rung was overtaken before it could be sent (an outage, or a higher rung).

    `unproven` where it rests because nobody can show that the district knows of the round.
    """

    round_no: int
    rung: str
    planned_at: datetime
    unproven: bool = False
    tag: Literal["reminder:skipped"] = "reminder:skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauDutyOverdue:
    """The bureau itself is late with a duty of its own."""

    duty: BureauDuty
    planned_at: datetime
    tag: Literal["bureau:overdue"] = "bureau:overdue"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEnded:
    """The appeal window passed with nothing pending; the run may complete."""

    planned_at: datetime
    tag: Literal["life:ended"] = "life:ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEndHeld:
    """The life does not end: a deduction's notice is not proven to have arrived, so its appeal waits."""

    planned_at: datetime
    tag: Literal["life:end_held"] = "life:end_held"


DutyEvent = (
    ReminderIssued | ReminderSkipped | BureauDutyOverdue | BureauReminded | LifeEnded | LifeEndHeld
)
