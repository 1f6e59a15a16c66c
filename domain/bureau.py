"""What the city bureau itself owes, and when its officer and then its supervisor are reminded.

None of it ever counts against the district: a late answer of the bureau shows on the bureau's own
scoreboard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.catalogues import clue_sources
from domain.catalogues.districts import district
from domain.commands import Register
from domain.events import BureauDuty
from domain.local_time import at_local, day_of, midnight_ending
from domain.problem import Deduction, Problem, Round
from domain.rules import Rules
from domain.stages import ENDED, Stage

_REPEATED = frozenset(
    {BureauDuty.REGISTER, BureauDuty.SERVICE, BureauDuty.NEW_DATE, BureauDuty.SUCCESSOR}
)
"""Duties of which the bureau is reminded until they are done; of others twice."""

_STEPS = 2
_NATIONAL = frozenset(one.code for one in clue_sources.CLUE_SOURCES if one.national)


@dataclass(frozen=True, slots=True, kw_only=True)
class BureauDue:
    """One thing the bureau owes by the end of `due_on`; `ref` tells it from others of its kind."""

    duty: BureauDuty
    due_on: date
    ref: str = ""

    @property
    def key(self) -> str:
        """The name under which its reminders are counted."""
        return f"{self.duty}:{self.ref}"


def owed_by_bureau(problem: Problem, rules: Rules) -> Iterator[BureauDue]:
    """Give everything the bureau owes on a problem at present."""
    for duty, ref in duties_of_bureau(problem):
        yield BureauDue(duty=duty, ref=ref, due_on=_due_on(problem, duty, ref, rules))


def owes(problem: Problem, duty: BureauDuty, ref: str) -> bool:
    """Say whether the bureau owes this at present, late or not."""
    return any(kind is duty and of == ref for kind, of in duties_of_bureau(problem))


def still_owed(problem: Problem, rules: Rules) -> Iterator[BureauDue]:
    """Give what the bureau owes at present, and what it owes since before the closure."""
    yield from owed_by_bureau(problem, rules)
    for duty, ref in owed_since_before(problem):
        yield BureauDue(duty=duty, ref=ref, due_on=_due_on(problem, duty, ref, rules))


def owed_since_before(problem: Problem) -> Iterator[tuple[BureauDuty, str]]:
    """Give what was owed before a closure and still is: no clock runs for it, but nothing is lost."""
    if problem.stage is Stage.CLOSED and problem.transferred_on is not None:
        yield from ((BureauDuty.REGISTER, one.value) for one in registers_missing(problem))


def duties_of_bureau(problem: Problem) -> Iterator[tuple[BureauDuty, str]]:
    """Give what the bureau owes on a problem, without its dates: the duty and what it is about."""
    if problem.stage not in ENDED:
        for duty in _of_the_stage(problem):
            yield duty, ""
        yield from _of_the_round(problem)
        if problem.transferred_on is not None:
            yield from ((BureauDuty.REGISTER, one.value) for one in registers_missing(problem))
    for deduction in problem.deductions:
        if deduction.appeal is not None and deduction.appeal.upheld is None:
            yield BureauDuty.APPEAL, deduction.appeal.receipt_id
        elif deduction.unreceived and not problem.ended:
            yield BureauDuty.POINTS_SERVICE, str(deduction.seq)
    for one in problem.proposed:
        yield BureauDuty.PROPOSAL, str(one.seq)


def _of_the_stage(problem: Problem) -> Iterator[BureauDuty]:
    if problem.suspension is not None:
        yield BureauDuty.SUSPENSION
    elif problem.stage is Stage.UNDER_REVIEW:
        yield BureauDuty.REVIEW
    elif problem.proposal is not None:
        yield BureauDuty.APPROVAL
    elif problem.stage is Stage.AWAITING_REVISIT:
        yield BureauDuty.REVISIT


def _of_the_round(problem: Problem) -> Iterator[tuple[BureauDuty, str]]:
    round_ = problem.open_round
    if round_ is None:
        return
    if round_.asked is not None:
        yield BureauDuty.EXTENSION, round_.asked.receipt_id
    if problem.objection is not None:
        yield BureauDuty.OBJECTION, problem.objection.receipt_id
    if round_.bounced_at is not None or round_.held_at is not None or round_.unproven:
        yield BureauDuty.SERVICE, f"r{round_.round_no}"
    if _outlasts_its_unit(problem, round_):
        yield BureauDuty.SUCCESSOR, f"r{round_.round_no}"
    if round_.excused_at is not None:
        yield BureauDuty.NEW_DATE, f"r{round_.round_no}"


def _outlasts_its_unit(problem: Problem, round_: Round) -> bool:
    """Say whether a round outlasts its unit, being due later or late; those of before FAIR_POINTS never.

    渝府发〔2025〕15号: who takes over is for the bureau to say, town by town.
    """
    last_day = district(problem.district).valid_to
    if last_day is None or not round_.needs_proof:
        return False
    return round_.due_on > last_day or round_.overdue_at is not None


def registers_missing(problem: Problem) -> tuple[Register, ...]:
    """Give the outside registers whose number is owed and not recorded yet.

    方案 三(二) 一是: 国家监督帮扶期间，检查发现的重点突出环境问题，除录入移动执法系统外，同步录入
    国家大气帮扶系统。
    """
    facts = problem.facts
    if facts.key_content is None or facts.clue_source not in _NATIONAL:
        return ()
    known = dict(problem.register_numbers)
    return tuple(register for register in Register if register not in known)


def _due_on(problem: Problem, duty: BureauDuty, ref: str, rules: Rules) -> date:
    """Give the last day on which the bureau may do it."""
    if duty is BureauDuty.SUSPENSION and problem.suspension is not None:
        return problem.suspension.review_on
    if duty is BureauDuty.REVISIT and problem.revisit_due_at is not None:
        return day_of(problem.revisit_due_at - timedelta(seconds=1))
    round_ = problem.open_round
    failed = round_ is not None and (round_.bounced_at or round_.held_at) is not None
    if duty is BureauDuty.POINTS_SERVICE:
        failed = _told_of(problem, ref).bounced_at is not None
    allowed = _allowed(duty, rules, failed=failed)
    return rules.working_days_after(_since(problem, duty, ref), allowed)


def _told_of(problem: Problem, ref: str) -> Deduction:
    return next(one for one in problem.unreceived if str(one.seq) == ref)


def _allowed(duty: BureauDuty, rules: Rules, *, failed: bool) -> int:
    """Give the working days the policy allows the bureau; none, where it has dates of its own."""
    clocks, limits = rules.policy.clocks, rules.policy.limits
    service = limits.service_working_days if failed else limits.proof_working_days
    return {
        BureauDuty.REVISIT: 0,
        BureauDuty.SUSPENSION: 0,
        BureauDuty.REVIEW: clocks.review_working_days,
        BureauDuty.APPROVAL: clocks.approval_working_days,
        BureauDuty.EXTENSION: limits.extension_answer_working_days,
        BureauDuty.OBJECTION: limits.objection_answer_working_days,
        BureauDuty.APPEAL: limits.appeal_answer_working_days,
        BureauDuty.PROPOSAL: limits.proposal_working_days,
        BureauDuty.REGISTER: limits.register_working_days,
        BureauDuty.SUCCESSOR: limits.objection_answer_working_days,
        BureauDuty.NEW_DATE: limits.proposal_working_days,
        BureauDuty.SERVICE: service,
        BureauDuty.POINTS_SERVICE: service,
    }[duty]


def _since(problem: Problem, duty: BureauDuty, ref: str) -> date:
    """Give the day from which the bureau's own days are counted."""
    last_day = district(problem.district).valid_to
    if duty is BureauDuty.SUCCESSOR and last_day is not None:
        return last_day
    if duty is BureauDuty.REGISTER and problem.transferred_on is not None:
        entered_on = day_of(problem.registered_at)
        return entered_on if problem.brought_in else problem.transferred_on
    if duty is BureauDuty.POINTS_SERVICE:
        row = _told_of(problem, ref)
        return day_of(row.bounced_at) if row.bounced_at else row.told_on or row.on
    return day_of(_begun_at(problem, duty, ref) or problem.registered_at)


def _begun_at(problem: Problem, duty: BureauDuty, ref: str) -> datetime | None:
    """Give the instant from which the bureau owes a duty."""
    begun, round_ = problem.stage_since, problem.open_round
    if duty is BureauDuty.APPROVAL and problem.proposal is not None:
        begun = problem.proposal.at
    elif duty is BureauDuty.EXTENSION and round_ is not None and round_.asked is not None:
        begun = round_.asked.received_at
    elif duty is BureauDuty.SERVICE and round_ is not None:
        failed_at = round_.bounced_at or round_.held_at
        begun = failed_at or round_.reissued_at or round_.opened_at
    elif duty is BureauDuty.NEW_DATE and round_ is not None:
        begun = round_.excused_at
    elif duty is BureauDuty.OBJECTION and problem.objection is not None:
        begun = problem.objection.received_at
    elif duty is BureauDuty.PROPOSAL:
        begun = next(one.at for one in problem.proposed if str(one.seq) == ref)
    elif duty is BureauDuty.APPEAL:
        appeals = (one.appeal for one in problem.appeals_open)
        begun = next(one.received_at for one in appeals if one and one.receipt_id == ref)
    return begun


def next_step(due: BureauDue, problem: Problem, rules: Rules) -> tuple[int, datetime] | None:
    """Give the next reminder of a duty and its instant; None when the last one was given.

    The first, to the officer, comes the moment the duty is late; further ones, to the supervisor
    too, on working mornings.
    """
    step = problem.times_reminded(due.key) + 1
    at = _instant_of(step, due, rules)
    return None if at is None else (step, at)


def _instant_of(step: int, due: BureauDue, rules: Rules) -> datetime | None:
    if step > _STEPS and due.duty not in _REPEATED:
        return None
    return _planned(step, due, rules)


def _planned(step: int, due: BureauDue, rules: Rules) -> datetime:
    if step == 1:
        return midnight_ending(due.due_on)
    every = rules.policy.limits.escalate_every_working_days
    day = rules.working_days_after(due.due_on, (step - 1) * every)
    return at_local(day, rules.policy.reminders.opens_at)


def latest_step(
    key: str, step: int, problem: Problem, now: datetime, rules: Rules
) -> tuple[int, datetime]:
    """Give the last of the reminders due by `now`, from this one on: no burst after an outage."""
    due = next(one for one in owed_by_bureau(problem, rules) if one.key == key)
    planned = _planned(step, due, rules)
    while (at := _instant_of(step + 1, due, rules)) is not None and at <= now:
        step, planned = step + 1, at
    return step, planned
