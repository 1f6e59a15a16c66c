"""What is sent to a life and what it orders: one value per start, order and answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.agenda import Duty, DutyKind
from domain.commands import (
    COMMANDS,
    AppealDeduction,
    DistrictCommand,
    ProposeAct,
    RaiseObjection,
    RecordPointsReceipt,
    RecordProof,
    RegisterProblem,
    RequestExtension,
    SubmitFeedback,
    TransferProblem,
)
from domain.decisions.points_receipt import counting_kinds
from domain.decisions.service import kinds_that_count
from domain.events import Recorded
from domain.life import CarriedOver, Step
from domain.notices import NoticeOrder
from domain.outcomes import Outcome
from domain.policy import Policy
from domain.problem import Problem
from domain.proof import ProofKind
from domain.restoring import Restoration
from domain.rules import Rules
from domain.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """The proposal by which an ended life is taken up again 反弹恢复办理, under the command's id.

    `after_run_id` is the run in which the life had ended. The server keeps no chain between the
    two; this is the chain.
    """

    proposal: ProposeAct
    command_id: str
    after_run_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeStart:
    """How a life begins, or goes on in another run.

    Policy and calendar are recorded here in full, with version and hash, so that a life is always
    re-derived by the rules of its day. `clock_shift_seconds` moves the domain's now against the
    server's clock; it is zero in production. After `continue_after_events` the history is closed
    and the life goes on in a new run. `revival` begins a new run of a life that had ended, with
    `carried` as it ended, `restoration` one of a life that was lost before it had ended.
    """

    register: RegisterProblem
    transfer: TransferProblem | None
    policy: Policy
    calendar: WorkCalendar
    rules_version: int
    row_key: str = ""
    clock_shift_seconds: float = 0
    continue_after_events: int = 2_000
    carried: CarriedOver | None = None
    revival: Reopening | None = None
    restoration: Restoration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHandover:
    """What a run hands to another one of the same life: its id, and what that would begin with."""

    run_id: str
    start: LifeStart


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOrder:
    """What one decision came to, to be written down in one transaction.

    The next duty travels along because replay checks orders, not timers: an auditor re-derives
    from this order every date the life went by.
    """

    problem_no: str
    recorded: tuple[Recorded, ...]
    notices: tuple[NoticeOrder, ...]
    next_duty: Duty | None
    policy: str
    calendar: str
    rules_version: int
    row_key: str = ""

    @classmethod
    def of(cls, step: Step, row_key: str) -> RecordOrder:
        """Order that a step be written down, with the rules it was decided by."""
        rules = step.decision.rules
        return cls(
            problem_no=step.decision.problem.problem_no,
            recorded=step.decision.events,
            notices=step.notices,
            next_duty=step.next_duty,
            policy=rules.policy.name,
            calendar=rules.calendar.name,
            rules_version=rules.version,
            row_key=row_key,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainOrder:
    """Before a consequence: what was received before `cutoff`, and was the round's notice served?

    `proofs` are the kinds that would count for a round whose notice is not proven to have arrived;
    none are asked for where the life needs no proof. `deductions` are those, by the number of their
    event, whose notice must have arrived before the life may end, and `proofs` then what counts for them.
    """

    problem_no: str
    round_no: int
    cutoff: datetime
    proofs: tuple[ProofKind, ...] = ()
    deductions: tuple[int, ...] = ()

    @classmethod
    def before(cls, duty: Duty, problem: Problem, rules: Rules) -> DrainOrder:
        """Order what is to be known before a duty is met."""
        round_, untold = problem.open_round, problem.unreceived
        kinds: frozenset[ProofKind] = frozenset()
        if round_ is not None and round_.unproven:
            kinds = kinds_that_count(round_, rules)
        elif duty.kind is DutyKind.LIFE_END and untold:
            kinds = counting_kinds(rules)
        return cls(
            problem_no=problem.problem_no,
            round_no=len(problem.rounds),
            cutoff=duty.at,
            proofs=tuple(sorted(kinds)),
            deductions=tuple(one.seq for one in untold) if duty.kind is DutyKind.LIFE_END else (),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """Everything received before the cut-off, and whether service is proven.

    `proof` is the first that was asked for and is known, `receipts` are those of the deductions that
    were asked for; the life takes them before anything else.
    """

    submissions: tuple[SubmitFeedback, ...]
    served: bool
    extensions: tuple[RequestExtension, ...] = ()
    objections: tuple[RaiseObjection, ...] = ()
    appeals: tuple[AppealDeduction, ...] = ()
    proof: RecordProof | None = None
    receipts: tuple[RecordPointsReceipt, ...] = ()

    def in_order(self) -> Sequence[DistrictCommand]:
        """Give all of it in the order it was received."""
        handed: list[DistrictCommand] = [*self.submissions, *self.extensions]
        handed += [*self.objections, *self.appeals]
        return sorted(handed, key=lambda one: one.received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaAnswer:
    """The agenda as a person reads it: the next duty and the rules it follows from."""

    duty: Duty | None
    policy: str
    calendar: str
    rules_version: int


SPOKEN: tuple[Any, ...] = (
    LifeStart,
    RecordOrder,
    DrainOrder,
    Drained,
    Outcome,
    AgendaAnswer,
    RunHandover | None,
    Problem | None,
    *COMMANDS.values(),
)
"""Every type in which a life is spoken to, and in which it speaks."""
