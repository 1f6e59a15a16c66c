"""The time in which no clock runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """One stay in 暂缓办理; `days` were spent in it when it ended.

    `days_left` of the open round, working days where `in_working_days`, are what goes on
    afterwards; None when no round was owed or its days were over.
    """

    on: date
    review_on: date
    reason: str
    approved_by: Actor
    round_no: int
    days_left: int | None
    resumed_on: date | None = None
    days: int = 0
    in_working_days: bool = False
