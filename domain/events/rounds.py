"""A round began, or its due date changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from domain.stages import RoundKind

AGREED = "区县承诺、市级审核同意的完成日期"
"""The clause of a round whose date the district promised and the officer accepted."""

GRANTED = "市级同意延期的日期"
"""The clause of a round that is not due before a date that was granted for the one before it."""


TOLD = "不早于退回补充前已告知的时限"
"""The clause of a round that is not due before the date that was told for the one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpened:
    """The district owes an answer by `due_at`, the instant that ends `due_on`.

    `needs_proof` says that nothing falls due before its notice is proven to have arrived (since
    FAIR_POINTS, where the policy demands it); `entered_late` that it is counted from the day of
    registration, too few days being left of those from the transfer.
    """

    round_no: int
    kind: RoundKind
    district: str
    counted_from: date
    due_on: date
    due_at: datetime
    provisional: bool
    calendar_version: str
    clause: str
    needs_proof: bool = False
    entered_late: bool = False
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
    REFUSAL = "refusal"
    SUCCESSOR = "successor"
    RESTART = "restart"
    REGISTRATION = "registration"
    RETURN = "return"
    RESUMED = "resumed"

    @property
    def label(self) -> str:
        """The reason in Chinese."""
        return {
            "service": "按送达日重新计算",
            "extension": "同意延期",
            "bureau": "市级调整",
            "suspension": "暂缓办理期间扣除",
            "calendar": "放假安排公布后重新核算",
            "reissue": "重新送达后重新计算",
            "objection": "异议答复后顺延",
            "refusal": "延期申请答复后顺延",
            "successor": "承接单位接办后顺延",
            "restart": "经批准重新计算",
            "registration": "补录移交，自登记之日起计算",
            "return": "扣除市级审核时间",
            "resumed": "暂缓办理期间送达，自恢复计时之日起计算",
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
class TransferDateMoved:
    """The date that the transfer itself set for rectification was moved; both stay visible."""

    from_on: date
    due_on: date
    reason: str
    why: MovedWhy
    tag: Literal["transfer:date_moved"] = "transfer:date_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateConfirmed:
    """A provisional due date became firm without moving, its year having been announced."""

    round_no: int
    due_on: date
    calendar_version: str
    tag: Literal["round:due_date_confirmed"] = "round:due_date_confirmed"


RoundEvent = RoundOpened | DueDateMoved | DueDateConfirmed | TransferDateMoved
