"""The clocks stopped, and went on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSuspended:
    """暂缓办理: the clocks stopped, with `days_left` of the open round (None when none is owed).

    The days are working days where `in_working_days`, else calendar days: the unit of the round
    as it was then. `level_days_used` stops the level's clock.
    """

    on: date
    review_on: date
    reason: str
    round_no: int
    days_left: int | None
    level_days_used: int
    in_working_days: bool = False
    tag: Literal["problem:suspended"] = "problem:suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemResumed:
    """The clocks run again; dates that moved by it stand in the next events.

    `rectification_due_on` is the transfer's own date for rectification, moved by the days of the
    suspension, None when the transfer set none or it had been missed.
    """

    on: date
    reason: str
    days_suspended: int
    rectification_due_on: date | None
    tag: Literal["problem:resumed"] = "problem:resumed"


SuspensionEvent = ProblemSuspended | ProblemResumed
