"""What follows from lateness and failure: facts, the list, points, levels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from domain.stages import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class FactEstablished:
    """A ground for consequences exists for the `occurrence`-th time on this problem.

    `on` is the day it is counted for: the last day of the date that was missed, however late that
    was found. None in lives of the rules before FAIR_POINTS, which counted the day of finding.
    `source` is what a fact rests on that a person stated, `stated_by` who did so first.
    """

    fact: Fact
    occurrence: int
    round_no: int
    planned_at: datetime | None
    on: date | None = None
    source: str = ""
    stated_by: str = ""
    tag: Literal["fact:established"] = "fact:established"


@dataclass(frozen=True, slots=True, kw_only=True)
class LatenessGrew:
    """A lateness has lasted into its `days`-th day, at which the policy counts it anew.

    `established` is the number of its ground's event.
    """

    established: int
    fact: Fact
    days: int
    planned_at: datetime
    tag: Literal["fact:lateness_grew"] = "fact:lateness_grew"


class FellWhy(StrEnum):
    """Why a ground stands no more."""

    REVERSED = "reversed"
    WRONG_DISTRICT = "wrong_district"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    PROOF_WITHDRAWN = "proof_withdrawn"

    @property
    def label(self) -> str:
        """The reason in Chinese."""
        return _FELL_LABELS[self]


_FELL_LABELS = {
    FellWhy.REVERSED: "扣分已撤销",
    FellWhy.WRONG_DISTRICT: "移交单位有误",
    FellWhy.WITHDRAWN: "问题已撤回",
    FellWhy.MERGED: "问题已合并办理",
    FellWhy.PROOF_WITHDRAWN: "送达证明失效",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFell:
    """A ground fell away, and with it whatever rested on it; `established` is its event's number.

    `excuses` is the round that only a finding opened which fell: nobody is late with it any more; else 0.
    """

    established: int
    fact: Fact
    round_no: int
    why: FellWhy
    excuses: int = 0
    tag: Literal["fact:fell"] = "fact:fell"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsequenceHeld:
    """The due instant passed, but no notice of the round is proven served 送达未证实."""

    round_no: int
    planned_at: datetime
    tag: Literal["fact:held"] = "fact:held"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOnList:
    """The problem is (to be) entered on the supervisory list.

    `established` is the number of the event of its first ground, 0 before FAIR_POINTS.
    """

    reason: Fact
    on: date
    clause: str
    established: int = 0
    tag: Literal["list:placed"] = "list:placed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReasonAdded:
    """A listed problem gave one more ground."""

    reason: Fact
    on: date
    clause: str
    tag: Literal["list:reason_added"] = "list:reason_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReasonFell:
    """A ground of the listing fell away."""

    reason: Fact
    on: date
    why: FellWhy
    tag: Literal["list:reason_fell"] = "list:reason_fell"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNumberRecorded:
    """The municipal list's own number is known."""

    number: str
    tag: Literal["list:number_recorded"] = "list:number_recorded"


class OffWhy(StrEnum):
    """Why a problem left the supervisory list."""

    PASSED_REVISIT = "passed_revisit"
    NO_GROUND_LEFT = "no_ground_left"

    @property
    def label(self) -> str:
        """The reason in Chinese."""
        return _OFF_LABELS[self]


_OFF_LABELS = {
    OffWhy.PASSED_REVISIT: "回头看整改到位",
    OffWhy.NO_GROUND_LEFT: "列入事由已不成立",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOffList:
    """The problem left the supervisory list: after a passed revisit, or with its last ground."""

    on: date
    why: OffWhy = OffWhy.PASSED_REVISIT
    tag: Literal["list:taken_off"] = "list:taken_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsDeducted:
    """Points were deducted from the district by rule; one ledger row.

    `established` is the number of the event of its ground; `counted` says as which standing
    occurrence it was priced, `occurrence` is its name within its rule; `told_on` is the day on
    which its notice leaves, `planned_at` the instant of the missed date, if any; `days_late` how long
    a lateness had lasted that is priced by its days; `awaits_receipt` where the window of its appeal
    runs from the proof that its notice arrived. They are empty before FAIR_POINTS, where
    `occurrence` was priced.
    """

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
    established: int = 0
    counted: int = 0
    told_on: date | None = None
    planned_at: datetime | None = None
    days_late: int = 0
    awaits_receipt: bool = False
    tag: Literal["points:deducted"] = "points:deducted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRepriced:
    """A deduction became smaller by `points` because a ground counted with it fell away.

    `deduction` is the number of its event, `fell` that of the fall it follows from.
    """

    deduction: int
    fell: int
    rule_id: str
    fact: Fact
    occurrence: int
    points: Decimal
    clause: str
    district: str
    year: int
    on: date
    policy: str
    tag: Literal["points:repriced"] = "points:repriced"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRaised:
    """Supervision was escalated 提级督办."""

    level: int
    title: str
    planned_at: datetime | None
    on: date
    tag: Literal["level:raised"] = "level:raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksRested:
    """The days from `since` to `on` were the bureau's: what is counted against the district leaves them out.

    `level_days_used` are the working days at the present level before them; its clock goes on from `on`.
    """

    since: date
    on: date
    level_days_used: int
    tag: Literal["clock:rested"] = "clock:rested"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLowered:
    """What stands of the grounds leads to no higher level than this; a ground or its proof fell away.

    `level_days_used` are the working days at this level that count still; its clock goes on from `on`.
    """

    level: int
    title: str
    on: date
    why: FellWhy
    level_days_used: int
    tag: Literal["level:lowered"] = "level:lowered"


ConsequenceEvent = (
    FactEstablished
    | LatenessGrew
    | FactFell
    | ConsequenceHeld
    | PlacedOnList
    | ListReasonAdded
    | ListReasonFell
    | ListNumberRecorded
    | TakenOffList
    | PointsDeducted
    | PointsRepriced
    | LevelRaised
    | LevelLowered
    | ClocksRested
)
