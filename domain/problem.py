"""A problem as a frozen value: everything a life has come to. `domain.fold` alone changes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain import events as e
from domain.commands import Act, Answer, Channel, Facts, Register, RevisitResult, Verdict
from domain.local_time import day_of
from domain.roles import SYSTEM, Actor
from domain.stages import WITH_DISTRICT, Fact, RoundKind, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsk:
    """A request for more time that awaits its answer."""

    receipt_id: str
    received_at: datetime
    wanted_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One duty of the district to answer, with everything that happened to it.

    `rungs` are the reminders issued or skipped; `answered_at` is when the answer that moved the
    state was received; `overdue_at` is when its lateness was established; `held_at` when that
    consequence had to wait for proof of service. `agreed` dates were promised, not counted.
    `moves` counts the changes of the due date, `moved_on` is the day of the last; `extensions`
    counts those granted, `asked` is the request that awaits its answer. `bounced_at` is when a notice of
    the round came back, until somebody has seen to its service.
    """

    round_no: int
    kind: RoundKind
    district: str
    opened_at: datetime
    counted_from: date
    due_on: date
    due_at: datetime
    provisional: bool
    original_due_on: date
    rungs: tuple[str, ...] = ()
    answered_at: datetime | None = None
    overdue_at: datetime | None = None
    held_at: datetime | None = None
    served_on: date | None = None
    agreed: bool = False
    moves: int = 0
    moved_on: date | None = None
    extensions: int = 0
    asked: ExtensionAsk | None = None
    reissues: int = 0
    bounced_at: datetime | None = None

    @property
    def ladder_from(self) -> date:
        """The day after which reminders of the present due date may come."""
        return self.moved_on or day_of(self.opened_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One answer of the district and what became of it."""

    receipt_id: str
    round_no: int
    received_at: datetime
    late: bool
    moved_state: bool
    answer: Answer
    content_sha256: str
    verdict: Verdict | None = None
    reason: str = ""
    reviewed_by: Actor | None = None
    channel: Channel = Channel.LINK


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """A revisit as recorded, by whom."""

    on: date
    result: RevisitResult
    findings: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A closure waiting for the second person."""

    content_hash: str
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedAct:
    """An act that awaits its second person; `seq` is the number of the event that proposed it."""

    seq: int
    act: Act
    reason: str
    content_hash: str
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What became of the district's word that the problem is not its own; `upheld` None: open.

    `disputed` when it was raised again after a refusal: then the supervisor decides.
    """

    receipt_id: str
    round_no: int
    district: str
    received_at: datetime
    reason: str
    proper_district: str
    disputed: bool
    upheld: bool | None = None
    decided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """One stay in 挂账; `days` were spent in it when it ended.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassignment:
    """One change of district."""

    from_district: str
    to_district: str
    on: date
    why: e.ReassignedWhy


# Without slots, so that `_changed` can copy all its fields at once: every event makes a new one.
@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything a life has come to; `seq` is the number of its last event.

    `reminders_sent` counts the reminders ordered, the red one of a missed due date included.
    `reminded` says, for each duty of the bureau that is late, how often it was reminded.
    `rectification_agreed` once the transfer's own date gave way to a round of rectification.
    `draw_id` is the random draw the problem took part in; `excused` when it drew no revisit.
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
    level_clock: LevelClock = LevelClock()
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

    @property
    def handed_over_on(self) -> date | None:
        """The day its present district was handed the problem; a successor goes on with it."""
        moved = [one.on for one in self.reassignments if one.why is not e.ReassignedWhy.SUCCESSOR]
        if self.transferred_on is None or not moved:
            return self.transferred_on
        return max(self.transferred_on, moved[-1])

    @property
    def open_round(self) -> Round | None:
        """The round the district owes an answer to, or None while the bureau owes the step."""
        return self.rounds[-1] if self.rounds and self.stage in WITH_DISTRICT else None

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
        return sum((d.points for d in self.deductions if not d.reversed_seq), Decimal(0))

    @property
    def suspension(self) -> Suspension | None:
        """The present stay in 挂账, if any."""
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
