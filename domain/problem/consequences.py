"""What follows when a problem is not resolved: the list, its levels, points and their appeals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.roles import SYSTEM, Actor
from domain.stages import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """The appeal of one deduction; `upheld` is None while it awaits its answer."""

    receipt_id: str
    received_at: datetime
    reason: str
    upheld: bool | None = None
    answer: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """One row of the score ledger, as the life caused it (event number `seq`).

    `by` is its author: the system, or the officer whose finding it follows from. `reversed_seq` is
    the number of the event that took it back, 0 while it stands.
    """

    seq: int
    rule_id: str
    fact: Fact
    occurrence: int
    points: Decimal
    year: int
    on: date
    district: str = ""
    by: Actor = SYSTEM
    appeal: Appeal | None = None
    reversed_seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One stay on the supervisory list; `number` is the list's own, empty while 拟纳入."""

    reasons: tuple[Fact, ...]
    listed_on: date
    number: str = ""
    taken_off_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelClock:
    """How long the problem has been unrectified at its level, in working days of the district.

    `used` are days before the last pause; `running_from` is None while the bureau owes the step.
    """

    used: int = 0
    running_from: date | None = None
