"""What follows when a problem is not resolved: the list, its levels, points and their appeals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.problem.rounds import Proof
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
class Ground:
    """A fact established against `district`, counted for the day `on` (event number `seq`).

    `fallen_seq` is the number of the event by which it fell away, 0 while it stands. Of a lateness
    `lasted` are the days for which it was last counted, `rested` those that the bureau took meanwhile.
    `source` is what a stated fact rests on, `stated_by` the first of the two persons.
    """

    seq: int
    fact: Fact
    round_no: int
    on: date
    planned_at: datetime | None
    district: str
    fallen_seq: int = 0
    lasted: int = 1
    rested: int = 0
    source: str = ""
    stated_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """One row of the score ledger, as the life caused it (event number `seq`).

    `by` is its author: the system, or the officer whose finding it follows from. `established` is
    the event of its ground, `counted` as which standing occurrence of it the row was priced (0: as
    `occurrence` says), `days_late` how long a lateness had lasted that is priced by its days,
    `told_on` the day its notice left. `given_back` became free because another ground fell;
    `reversed_seq` is the number of the event that took the whole back, 0 while it stands. Where the
    appeal `awaits_receipt`, `receipt` is the first proof that its notice arrived, and `bounced_at` when
    one came back, until somebody has seen to it. `appeal_days` are the working days of its appeal where an
    earlier policy gave them, 0 where the present one does.
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
    established: int = 0
    counted: int = 0
    told_on: date | None = None
    given_back: Decimal = Decimal(0)
    days_late: int = 0
    awaits_receipt: bool = False
    receipt: Proof | None = None
    bounced_at: datetime | None = None
    appeal_days: int = 0

    @property
    def unreceived(self) -> bool:
        """Whether its notice is yet to be proven to have arrived; who appealed it has it."""
        awaits = self.awaits_receipt and self.receipt is None
        return awaits and self.appeal is None and not self.reversed_seq

    @property
    def left(self) -> Decimal:
        """Points that still stand."""
        return Decimal(0) if self.reversed_seq else self.points - self.given_back


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One stay on the supervisory list; `number` is the list's own, empty while 拟纳入.

    `since` is the event of its first ground, 0 before FAIR_POINTS; `fallen` are the reasons whose
    grounds fell away.
    """

    reasons: tuple[Fact, ...]
    listed_on: date
    number: str = ""
    taken_off_on: date | None = None
    since: int = 0
    fallen: tuple[Fact, ...] = ()

    @property
    def first_reason(self) -> Fact:
        """What it was listed for first, of the reasons that still stand if any does."""
        return (*self.reasons, *self.fallen)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelClock:
    """How long the problem has been unrectified at its level, in working days of the district.

    `used` are days before the last pause; `running_from` is None while the bureau owes the step.
    """

    used: int = 0
    running_from: date | None = None
