"""What follows when a problem is not resolved on time, genuinely and fully.

计划 三(二) 三是: 移交后仍不能按期完成整改或整改不严不实、不到位的，直接纳入市级“生态环保督察问题
清单”，对相关区县依规则予以扣分并提级督办至问题整改完成为止。
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from domain import events as e
from domain.commands import RecordListNumber
from domain.decisions.draft import ByCommand, Draft
from domain.policy import DeductionRule
from domain.problem import Problem
from domain.refusals import WrongMoment
from domain.stages import Fact


def establish(
    draft: Draft, fact: Fact, round_no: int = 0, planned_at: datetime | None = None
) -> None:
    """Establish a fact and draw every consequence the policy hangs on it."""
    occurrence = draft.problem.times(fact) + 1
    draft.add(
        e.FactEstablished(
            fact=fact, occurrence=occurrence, round_no=round_no, planned_at=planned_at
        )
    )
    for rule in draft.rules.policy.deductions:
        if rule.fact is fact:
            _deduct(draft, rule, occurrence)
    _list(draft, fact)


def points_for(rule: DeductionRule, occurrence: int, clue_source: str) -> Decimal:
    """Give the points of the `occurrence`-th time: the last band reached, doubled where due."""
    reached = [band.points for band in rule.bands if band.occurrence <= occurrence]
    points = reached[-1] if reached else Decimal(0)
    return points * 2 if clue_source in rule.doubled_for else points


def _deduct(draft: Draft, rule: DeductionRule, occurrence: int) -> None:
    wanted = points_for(rule, occurrence, draft.problem.facts.clue_source)
    points = min(wanted, _room_under_cap(draft))
    if points <= 0:
        return
    policy = draft.rules.policy
    draft.add(
        e.PointsDeducted(
            rule_id=rule.rule_id,
            fact=rule.fact,
            occurrence=occurrence,
            points=points,
            capped=points < wanted,
            clause=rule.clause,
            paper=rule.paper,
            district=draft.problem.district,
            year=draft.today.year,
            on=draft.today,
            policy=f"{policy.policy_id}@{policy.version}",
        )
    )


def _room_under_cap(draft: Draft) -> Decimal:
    cap = draft.rules.policy.cap_per_problem_year
    if cap is None:
        return Decimal("Infinity")
    year = draft.today.year
    rows = (d for d in draft.problem.deductions if d.year == year and not d.reversed_seq)
    return cap - sum((row.points for row in rows), Decimal(0))


def _list(draft: Draft, fact: Fact) -> None:
    rule = draft.rules.policy.listing_rule(fact)
    if rule is None:
        return
    if draft.problem.entry is None:
        draft.add(e.PlacedOnList(reason=fact, on=draft.today, clause=rule.clause))
    elif fact not in draft.problem.entry.reasons:
        draft.add(e.ListReasonAdded(reason=fact, on=draft.today, clause=rule.clause))
    if draft.problem.level == 0:
        raise_level(draft, 1)


def raise_level(draft: Draft, level: int, planned_at: datetime | None = None) -> None:
    """Raise the level of supervision 提级督办; nothing above the policy's highest level."""
    rule = draft.rules.policy.level_rule(level)
    if rule is not None:
        draft.add(
            e.LevelRaised(level=level, title=rule.title, planned_at=planned_at, on=draft.today)
        )


def level_days_used(problem: Problem, draft: Draft) -> int:
    """Count the working days unrectified at the present level when the clock stops now."""
    clock = problem.level_clock
    if clock.running_from is None:
        return clock.used
    return clock.used + draft.rules.calendar.working_days_between(clock.running_from, draft.today)


def record_list_number(draft: Draft, command: RecordListNumber) -> None:
    """Record the municipal list's own number on the present entry."""
    if draft.problem.entry is None:
        raise WrongMoment("nothing_listed")
    draft.add(e.ListNumberRecorded(number=command.number))


DECISIONS: ByCommand = {
    RecordListNumber: record_list_number,
}
