"""What follows from lateness and failure: facts, the list, points, levels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.stages import Fact


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


ConsequenceEvent = (
    FactEstablished
    | ConsequenceHeld
    | PlacedOnList
    | ListReasonAdded
    | ListNumberRecorded
    | TakenOffList
    | PointsDeducted
    | LevelRaised
)
