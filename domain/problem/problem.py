"""The problem as a whole, and what is read off it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain import events as e
from domain.commands import BroughtIn, Facts, Register
from domain.problem.closing import Proposal, Revisit
from domain.problem.consequences import Deduction, Ground, LevelClock, ListEntry
from domain.problem.districts import Objection, Reassignment
from domain.problem.rounds import Round, Submission
from domain.problem.second_person import ProposedAct
from domain.problem.suspension import Suspension
from domain.stages import WITH_DISTRICT, Fact, Stage


# Without slots, so that `_changed` can copy all its fields at once: every event makes a new one.
@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything a life has come to; `seq` is the number of its last event.

    `reminders_sent` counts the reminders ordered, the red one of a missed due date included.
    `reminded` says, for each duty of the bureau that is late, how often it was reminded.
    `rectification_agreed` once the transfer's own date gave way to a round of rectification.
    `draw_id` is the random draw the problem took part in; `excused` when it drew no revisit.
    `grounds` are the facts established since FAIR_POINTS; those up to the event `policy_since` were
    judged by an earlier policy and count no more. `extended_days` is the sum of what extensions added,
    counted where the policy bounds it. `brought_in` is what had happened to a running problem before it was
    entered here, at `brought_in_at`. `end_held` once its end had to wait until a deduction's notice is
    proven to have arrived. `rested_on` is the last day until which days were left out that the bureau had
    taken.
    """

    problem_no: str
    facts: Facts
    route: str
    district: str
    stage: Stage
    registered_at: datetime
    seq: int = 0
    document_no: str = ""
    transferred_on: date | None = None
    rectification_due_on: date | None = None
    transfer_date_missed: bool = False
    rounds: tuple[Round, ...] = ()
    submissions: tuple[Submission, ...] = ()
    fact_counts: tuple[tuple[Fact, int], ...] = ()
    deductions: tuple[Deduction, ...] = ()
    entries: tuple[ListEntry, ...] = ()
    level: int = 0
    highest_level: int = 0
    level_clock: LevelClock = LevelClock()  # noqa: RUF009  # it is frozen
    reminders_sent: int = 0
    stage_since: datetime | None = None
    revisit_on: date | None = None
    revisit_due_at: datetime | None = None
    revisits: tuple[Revisit, ...] = ()
    proposal: Proposal | None = None
    bureau_overdue: tuple[e.BureauDuty, ...] = ()
    closed_on: date | None = None
    ended: bool = False
    proposed: tuple[ProposedAct, ...] = ()
    objections: tuple[Objection, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    reassignments: tuple[Reassignment, ...] = ()
    reminded: tuple[tuple[str, int], ...] = ()
    register_numbers: tuple[tuple[Register, str], ...] = ()
    merged_into: str = ""
    reopened: int = 0
    typical: bool = False
    draw_id: str = ""
    excused: bool = False
    rectification_agreed: bool = False
    grounds: tuple[Ground, ...] = ()
    policy_since: int = 0
    extended_days: int = 0
    brought_in: BroughtIn | None = None
    brought_in_at: datetime | None = None
    end_held: bool = False
    rested_on: date | None = None

    @property
    def handed_over_on(self) -> date | None:
        """The day its present district was handed the problem; a successor goes on with it."""
        moved = [one.on for one in self.reassignments if one.why is not e.ReassignedWhy.SUCCESSOR]
        if self.transferred_on is None or not moved:
            return self.transferred_on
        return max(self.transferred_on, moved[-1])

    def fell_before(self, at: datetime) -> bool:
        """Say whether an instant lies before a running problem was brought in: nothing falls due then."""
        return self.brought_in_at is not None and at <= self.brought_in_at

    @property
    def was_told(self) -> bool:
        """Say whether any notice is proven to have reached the present district."""
        own = (one for one in self.rounds if one.district in self.held_as)
        return any(not one.unproven for one in own)

    @property
    def held_as(self) -> frozenset[str]:
        """Its present district, and the units that one took the place of."""
        codes = [self.district]
        for move in reversed(self.reassignments):
            if move.why is not e.ReassignedWhy.SUCCESSOR:
                break
            codes.append(move.from_district)
        return frozenset(codes)

    @property
    def open_round(self) -> Round | None:
        """The round the district owes an answer to, or None while the bureau owes the step."""
        return self.rounds[-1] if self.rounds and self.stage in WITH_DISTRICT else None

    def answered_late(self, round_: Round) -> bool:
        """Say whether the answer that moved a round was recorded as late."""
        moved = (one for one in self.submissions if one.moved_state)
        return any(one.late for one in moved if one.round_no == round_.round_no)

    @property
    def entry(self) -> ListEntry | None:
        """The present stay on the supervisory list, if any."""
        last = self.entries[-1] if self.entries else None
        return last if last and last.taken_off_on is None else None

    @property
    def under_review(self) -> Submission | None:
        """The answer that awaits a verdict, if any."""
        if self.stage is not Stage.UNDER_REVIEW:
            return None
        return next(s for s in reversed(self.submissions) if s.moved_state)

    @property
    def points(self) -> Decimal:
        """Points deducted so far and not taken back, positive."""
        return sum((d.left for d in self.deductions), Decimal(0))

    @property
    def suspension(self) -> Suspension | None:
        """The present stay in 暂缓办理, if any."""
        last = self.suspensions[-1] if self.suspensions else None
        return last if last and last.resumed_on is None else None

    @property
    def objection(self) -> Objection | None:
        """The objection that awaits its answer, if any."""
        last = self.objections[-1] if self.objections else None
        return last if last and last.upheld is None else None

    @property
    def appeals_open(self) -> tuple[Deduction, ...]:
        """The deductions whose appeal awaits its answer."""
        return tuple(d for d in self.deductions if d.appeal and d.appeal.upheld is None)

    @property
    def unreceived(self) -> tuple[Deduction, ...]:
        """The deductions whose notice is yet to be proven to have arrived."""
        return tuple(d for d in self.deductions if d.unreceived)

    @property
    def late_duties(self) -> tuple[e.BureauDuty, ...]:
        """What the bureau itself is late with."""
        reminded = (e.BureauDuty(key.partition(":")[0]) for key, _ in self.reminded)
        return tuple(dict.fromkeys((*self.bureau_overdue, *reminded)))

    def deduction(self, seq: int) -> Deduction | None:
        """Give the deduction of this event number, or None."""
        return next((d for d in self.deductions if d.seq == seq), None)

    def times_reminded(self, key: str) -> int:
        """How often the bureau was reminded of the late duty `key`."""
        return next((n for k, n in self.reminded if k == key), 0)

    def times(self, fact: Fact) -> int:
        """How often `fact` was established on this problem."""
        return next((n for f, n in self.fact_counts if f == fact), 0)
