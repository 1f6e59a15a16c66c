"""The kinds of notices and what an order to hand one over says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.policy import Position
from domain.stages import Light, RoundKind


class NoticeKind(StrEnum):
    """One kind of mail; its two files stand in `templates/emails/<kind in kebab-case>/`."""

    TRANSFER_NOTICE = "transfer_notice"
    REMINDER = "reminder"
    OVERDUE_REMINDER = "overdue_reminder"
    RECEIPT = "receipt"
    RETURNED = "returned"
    RECTIFICATION_OPENED = "rectification_opened"
    ACCEPTED = "accepted"
    LISTED = "listed"
    POINTS_DEDUCTED = "points_deducted"
    POINTS_GIVEN_BACK = "points_given_back"
    UNLISTED = "unlisted"
    LEVEL_LOWERED = "level_lowered"
    LEVEL_RAISED = "level_raised"
    CLOSED = "closed"
    SERVICE_UNPROVEN = "service_unproven"
    BUREAU_OVERDUE = "bureau_overdue"
    BUREAU_TASK = "bureau_task"
    EXTENSION_DECIDED = "extension_decided"
    OBJECTION_DECIDED = "objection_decided"
    REASSIGNED = "reassigned"
    DUE_DATE_MOVED = "due_date_moved"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    STOPPED = "stopped"
    APPEAL_DECIDED = "appeal_decided"

    @property
    def label(self) -> str:
        """The kind as it stands in the list of what was sent."""
        return NOTICE_LABELS[self]


NOTICE_LABELS = {
    NoticeKind.TRANSFER_NOTICE: "移交通知",
    NoticeKind.REMINDER: "到期提醒",
    NoticeKind.OVERDUE_REMINDER: "逾期催办",
    NoticeKind.RECEIPT: "反馈回执",
    NoticeKind.RETURNED: "退回补充通知",
    NoticeKind.RECTIFICATION_OPENED: "限期整改通知",
    NoticeKind.ACCEPTED: "审核通过通知",
    NoticeKind.LISTED: "拟纳入清单告知",
    NoticeKind.POINTS_DEDUCTED: "扣分告知",
    NoticeKind.POINTS_GIVEN_BACK: "扣分核减告知",
    NoticeKind.UNLISTED: "移出清单告知",
    NoticeKind.LEVEL_LOWERED: "督办层级下调告知",
    NoticeKind.LEVEL_RAISED: "提级督办告知",
    NoticeKind.CLOSED: "销号告知",
    NoticeKind.SERVICE_UNPROVEN: "送达未证实提示",
    NoticeKind.BUREAU_OVERDUE: "市级事项到期提示",
    NoticeKind.BUREAU_TASK: "市级待办提示",
    NoticeKind.EXTENSION_DECIDED: "延期申请答复",
    NoticeKind.OBJECTION_DECIDED: "管辖异议答复",
    NoticeKind.REASSIGNED: "改派告知",
    NoticeKind.DUE_DATE_MOVED: "时限调整告知",
    NoticeKind.SUSPENDED: "暂缓办理告知",
    NoticeKind.RESUMED: "恢复计时告知",
    NoticeKind.STOPPED: "终止办理告知",
    NoticeKind.APPEAL_DECIDED: "申诉答复",
}

OPENING = {
    RoundKind.FEEDBACK: NoticeKind.TRANSFER_NOTICE,
    RoundKind.SUPPLEMENT: NoticeKind.RETURNED,
    RoundKind.RECTIFICATION: NoticeKind.RECTIFICATION_OPENED,
}
"""The notice that tells the district of a round."""

OPENS_ROUND = frozenset(OPENING.values())
"""Notices that tell the district of a round; one of them accepted for delivery proves service."""

NEED_PROOF = OPENS_ROUND | {NoticeKind.POINTS_DEDUCTED}
"""Notices of which the life asks whether they arrived."""

OF_A_ROUND = OPENS_ROUND | {
    NoticeKind.REMINDER,
    NoticeKind.OVERDUE_REMINDER,
    NoticeKind.EXTENSION_DECIDED,
    NoticeKind.OBJECTION_DECIDED,
    NoticeKind.DUE_DATE_MOVED,
    NoticeKind.RESUMED,
}
"""Notices about one round, pointless once another has begun or another district has it."""

CARRIES_LINK = OF_A_ROUND | {
    NoticeKind.LISTED,
    NoticeKind.POINTS_DEDUCTED,
    NoticeKind.APPEAL_DECIDED,
}
"""Notices with a signed link, as long as the problem is still the district's own."""

TELLS_OF_POINTS = frozenset(
    {NoticeKind.POINTS_DEDUCTED, NoticeKind.APPEAL_DECIDED, NoticeKind.REASSIGNED}
)
"""Notices with a signed link to a district that no longer has the problem, but points of it."""

DIGESTIBLE = frozenset({NoticeKind.REMINDER, NoticeKind.OVERDUE_REMINDER})
"""Notices that one district gets together in one mail a day."""

DUE_RUNG = "due"
"""The red rung of the due instant itself; the later ones are numbered."""

TRANSFER_RUNG = "due-transfer"
"""The red rung of the transfer's own date for rectification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOrder:
    """One notice to be handed over at or after `not_before`; `key` is unique for ever.

    `details` are the few values its template needs beside the problem's number, as
    (name, text); dates in them are ISO.
    """

    key: str
    kind: NoticeKind
    problem_no: str
    district: str
    audience: tuple[Position, ...]
    round_no: int
    not_before: datetime
    due_on: date | None
    light: Light | None = None
    rung: str = ""
    details: tuple[tuple[str, str], ...] = ()

    @property
    def by_hand(self) -> bool:
        """Whether an officer pressed for it, beside the ladder 催办."""
        return self.rung.startswith("manual-")


def deduction_told_in(key: str) -> int:
    """Give the event number of the deduction that a notice tells of, by its key; 0 for other notices."""
    kind, _, occasion = key.rpartition("/")
    tells = kind.endswith(f"/{NoticeKind.POINTS_DEDUCTED}")
    return int(occasion.removeprefix("seq-")) if tells else 0


RESEND = "resend-"
"""The occasion of a notice that a district asked for once more begins so; no life orders it."""


def is_resend(key: str) -> bool:
    """Say whether a notice's key is of one that a district asked for once more."""
    return key.rpartition("/")[2].startswith(RESEND)


def notice_key(problem_no: str, kind: NoticeKind, round_no: int, occasion: str) -> str:
    """Build the stable key of a notice: `CQ2024-0001/r1/reminder/d-3`."""
    return f"{problem_no}/r{round_no}/{kind}/{occasion}"
