"""The agenda: which duty comes next in a life, and at what instant.

The workflow has no timer code of its own for any rule: it waits for the agenda's next instant, and
whatever changes the problem changes the agenda.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.appeal_window import last_window
from domain.bureau import next_step, owed_by_bureau
from domain.catalogues.districts import district
from domain.events import BureauDuty
from domain.lateness import next_steps
from domain.local_time import at_local, day_of, last_day_before, midnight_ending
from domain.problem import Problem, Round
from domain.reminders import later, next_rung
from domain.rules import BUREAU_LADDER, FAIR_POINTS, Rules
from domain.stages import ENDED, RoundKind, Stage


class DutyKind(StrEnum):
    """What can fall due. The order of the members decides between duties of the same instant."""

    ROUND_DUE = "round_due"
    TRANSFER_DATE_DUE = "transfer_date_due"
    LATENESS_DUE = "lateness_due"
    LEVEL_DUE = "level_due"
    REMINDER = "reminder"
    REVIEW_DUE = "review_due"
    REVISIT_DUE = "revisit_due"
    APPROVAL_DUE = "approval_due"
    BUREAU_DUE = "bureau_due"
    LIFE_END = "life_end"

    @property
    def label(self) -> str:
        """What a person reads on the timer in the Temporal page."""
        return DUTY_LABELS[self]


DUTY_LABELS = {
    DutyKind.ROUND_DUE: "办理时限届满",
    DutyKind.TRANSFER_DATE_DUE: "移交确定的整改时限届满",
    DutyKind.LATENESS_DUE: "超期天数达到扣分档次",
    DutyKind.LEVEL_DUE: "提级督办",
    DutyKind.REMINDER: "发送提醒",
    DutyKind.REVIEW_DUE: "审核到期",
    DutyKind.REVISIT_DUE: "回头看到期",
    DutyKind.APPROVAL_DUE: "销号审批到期",
    DutyKind.BUREAU_DUE: "市级事项到期",
    DutyKind.LIFE_END: "申诉期满",
}

_PRIORITY = {kind: place for place, kind in enumerate(DutyKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty with its planned instant; `detail` is the rung, the level, or a ground and its days."""

    kind: DutyKind
    at: datetime
    round_no: int = 0
    detail: str = ""

    @property
    def cause(self) -> str:
        """The stable name under which its events are recorded."""
        return f"duty:{self.kind}:{self.detail}@{self.at.isoformat()}"


_CONSEQUENTIAL = frozenset(
    {
        DutyKind.ROUND_DUE,
        DutyKind.TRANSFER_DATE_DUE,
        DutyKind.LATENESS_DUE,
        DutyKind.LEVEL_DUE,
    }
)


def lets_in(duty: Duty, problem: Problem, rules: Rules) -> bool:
    """Say whether everything received before the duty's instant must be let in first.

    So it is before a consequence, and before a life ends that an appeal might still keep alive.
    """
    if duty.kind is DutyKind.REMINDER:
        return problem.open_round is not None and problem.open_round.unproven
    if duty.kind is DutyKind.LIFE_END:
        return rules.since(BUREAU_LADDER) and bool(problem.deductions)
    return duty.kind in _CONSEQUENTIAL


def agenda(problem: Problem, rules: Rules) -> Duty | None:
    """Give the duty that is due next, or None when only a person can move the life."""
    return min(_duties(problem, rules), key=lambda d: (d.at, _PRIORITY[d.kind]), default=None)


def next_consequence(problem: Problem, rules: Rules) -> Duty | None:
    """Give what falls due next against the district if it does not answer; None where nothing does."""
    ahead = (duty for duty in _duties(problem, rules) if duty.kind in _CONSEQUENTIAL)
    return min(ahead, key=lambda d: (d.at, _PRIORITY[d.kind]), default=None)


def _duties(problem: Problem, rules: Rules) -> Iterator[Duty]:
    owed = problem.open_round
    if owed is not None and problem.suspension is None:
        for duty in _against_the_district(problem, owed, rules):
            before = problem.fell_before(duty.at)
            if not before and not _falls_after_its_end(problem, duty, rules):
                yield duty
    if rules.since(BUREAU_LADDER):
        yield from _bureau(problem, rules)
    elif problem.suspension is None:
        yield from _bureau_once(problem, rules)
    if problem.stage in ENDED and _may_end(problem):
        yield Duty(kind=DutyKind.LIFE_END, at=_life_end(problem, rules))


def _against_the_district(problem: Problem, owed: Round, rules: Rules) -> Iterator[Duty]:
    yield from _duties_of_round(problem, owed, rules)
    yield from _transfer_date(problem, owed, rules)
    yield from _lateness(problem, owed, rules)
    yield from _next_level(problem, owed, rules)


def _falls_after_its_end(problem: Problem, duty: Duty, rules: Rules) -> bool:
    """Say whether the unit is gone by then: nothing falls due against it, its successor is awaited."""
    last_day = district(problem.district).valid_to
    gone = last_day is not None and last_day_before(duty.at) > last_day
    return gone and rules.since(FAIR_POINTS)


def _may_end(problem: Problem) -> bool:
    """Say whether nothing keeps the life: an appeal, a proposal, a notice that has yet to arrive."""
    awaits = problem.end_held and problem.unreceived
    return not (problem.ended or problem.proposed or problem.appeals_open or awaits)


def _bureau(problem: Problem, rules: Rules) -> Iterator[Duty]:
    for due in owed_by_bureau(problem, rules):
        planned = next_step(due, problem, rules)
        if planned is not None:
            step, at = planned
            at += later(problem.problem_no, rules) if step > 1 else timedelta(0)
            yield Duty(kind=DutyKind.BUREAU_DUE, at=at, detail=f"{due.key}#{step}")


def _bureau_once(problem: Problem, rules: Rules) -> Iterator[Duty]:
    """What lives of the first version are told of their bureau: that it is late, once."""
    if problem.stage is Stage.UNDER_REVIEW:
        yield from _review(problem, rules)
    elif problem.stage is Stage.AWAITING_REVISIT:
        yield from _revisit(problem, rules)


def _duties_of_round(problem: Problem, owed: Round, rules: Rules) -> Iterator[Duty]:
    if owed.held_at is None and owed.excused_at is None:
        planned = next_rung(owed, rules)
        if planned is not None:
            yield Duty(
                kind=DutyKind.REMINDER,
                at=planned.at + later(problem.problem_no, rules),
                round_no=owed.round_no,
                detail=planned.rung,
            )
    # While the bureau has not said whose problem it is, nobody is late with it.
    late = owed.overdue_at or owed.held_at or owed.excused_at
    if late is None and problem.objection is None and not owed.waits_for_bureau:
        yield Duty(kind=DutyKind.ROUND_DUE, at=owed.due_at, round_no=owed.round_no)


def _transfer_date(problem: Problem, owed: Round, rules: Rules) -> Iterator[Duty]:
    """The date the transfer itself set for rectification runs until a later one is agreed.

    It is judged by when the answer was received: what passed before the present round was opened passed
    while the bureau owed the step, the answer being there in time. Lives of the first version knew
    no better than to look at the round that is open.
    """
    due_on = problem.rectification_due_on
    rectifying = owed.kind is RoundKind.RECTIFICATION
    agreed = problem.rectification_agreed if rules.since(BUREAU_LADDER) else rectifying
    waits = agreed or problem.transfer_date_missed or problem.objection is not None
    if due_on is None or waits or owed.waits_for_bureau or _held(owed, rules):
        return
    if not rules.since(FAIR_POINTS) or midnight_ending(due_on) > owed.opened_at:
        yield Duty(
            kind=DutyKind.TRANSFER_DATE_DUE,
            at=midnight_ending(due_on),
            round_no=owed.round_no,
        )


def _lateness(problem: Problem, owed: Round, rules: Rules) -> Iterator[Duty]:
    if owed.waits_for_bureau or problem.objection is not None or _held(owed, rules):
        return
    for step in next_steps(problem, owed, rules):
        yield Duty(
            kind=DutyKind.LATENESS_DUE,
            at=step.at,
            round_no=step.ground.round_no,
            detail=f"{step.ground.seq}:{step.days}",
        )


def _next_level(problem: Problem, owed: Round, rules: Rules) -> Iterator[Duty]:
    if problem.level == 0 or problem.level_clock.running_from is None:
        return
    if _owes_a_word(problem, owed, rules) or _held(owed, rules):
        return
    rule = rules.policy.level_rule(problem.level + 1)
    if rule is None:
        return
    left = max(rule.after_working_days - problem.level_clock.used, 0)
    day = rules.working_days_after(problem.level_clock.running_from, left)
    if rules.since(FAIR_POINTS):
        day = max(day, rules.working_days_after(owed.counted_from, left))
        at = max(midnight_ending(day), _granted_until(owed))
    else:
        at = at_local(day, rules.policy.reminders.opens_at)
    yield Duty(kind=DutyKind.LEVEL_DUE, at=at, detail=str(rule.level))


def level_due_at(problem: Problem, rules: Rules) -> datetime | None:
    """Give the instant at which the level rises next, by the present state of things; None for never."""
    owed = problem.open_round
    duties = () if owed is None else _next_level(problem, owed, rules)
    return next((duty.at for duty in duties), None)


def _owes_a_word(problem: Problem, owed: Round, rules: Rules) -> bool:
    """Say whether the bureau has a word to say first: no level rises in its time."""
    word = problem.objection is not None or owed.excused_at is not None
    return owed.waits_for_bureau or (word and rules.since(FAIR_POINTS))


def _held(owed: Round, rules: Rules) -> bool:
    """Say whether nothing falls due until the round's notice is proven to have arrived."""
    return rules.since(FAIR_POINTS) and owed.held_at is not None


def _granted_until(owed: Round) -> datetime:
    """The end of the days that the finding of 不严不实 or 不到位 granted for a repeated rectification.

    An agreed date is no such grant: supervision rises beside it 至问题整改完成为止 (方案 三(二) 三是).
    """
    granted = owed.kind is RoundKind.RECTIFICATION and not owed.agreed
    return owed.due_at if granted else owed.opened_at


def _review(problem: Problem, rules: Rules) -> Iterator[Duty]:
    if BureauDuty.REVIEW not in problem.bureau_overdue and problem.stage_since is not None:
        day = rules.working_days_after(
            day_of(problem.stage_since), rules.policy.clocks.review_working_days
        )
        yield Duty(kind=DutyKind.REVIEW_DUE, at=midnight_ending(day))


def _revisit(problem: Problem, rules: Rules) -> Iterator[Duty]:
    if problem.proposal is not None:
        if BureauDuty.APPROVAL not in problem.bureau_overdue:
            day = rules.working_days_after(
                day_of(problem.proposal.at), rules.policy.clocks.approval_working_days
            )
            yield Duty(kind=DutyKind.APPROVAL_DUE, at=midnight_ending(day))
    elif BureauDuty.REVISIT not in problem.bureau_overdue and problem.revisit_due_at is not None:
        yield Duty(kind=DutyKind.REVISIT_DUE, at=problem.revisit_due_at)


def _life_end(problem: Problem, rules: Rules) -> datetime:
    """A life ends when the window for appealing its last deduction has passed."""
    closed_at = problem.stage_since or problem.registered_at
    return max(closed_at, last_window(problem, rules) or closed_at)
