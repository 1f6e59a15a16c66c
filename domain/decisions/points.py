"""What a problem costs its present district: a function of the occurrences that stand.

方案 三(二) 三是: 对相关区县依规则予以扣分. The rule is the policy's. Each occurrence posts the
difference it makes to the price of the case; when one falls away, what was posted because of it is
given back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from domain import events as e
from domain.decisions.draft import Draft
from domain.lateness import counts
from domain.local_time import day_of
from domain.policy import DeductionRule, Within
from domain.problem import Deduction, Ground, Problem
from domain.reminders import next_working_morning

_NOTHING = Decimal(0)


def points_for(rule: DeductionRule, occurrence: int, clue_source: str) -> Decimal:
    """Give the points of the `occurrence`-th time: the last band reached, multiplied where due."""
    reached = [band.points for band in rule.bands if band.occurrence <= occurrence]
    return (reached[-1] if reached else _NOTHING) * rule.factor(clue_source)


def price(rule: DeductionRule, times: int, clue_source: str) -> Decimal:
    """Give what so many standing occurrences cost together."""
    if rule.in_all:
        return points_for(rule, times, clue_source)
    return sum((points_for(rule, n, clue_source) for n in range(1, times + 1)), _NOTHING)


def price_of_days(rule: DeductionRule, days: int, clue_source: str) -> Decimal:
    """Give what a lateness costs in all that has lasted so many days."""
    reached = [band.points for band in rule.by_days_late if band.days <= days]
    return (reached[-1] if reached else _NOTHING) * rule.factor(clue_source)


def charge(draft: Draft, ground: Ground) -> None:
    """Post what a ground adds to the price of the case, by each rule it is counted in."""
    charge_days(draft, ground, ground.lasted, ground.planned_at)
    for rule in draft.rules.policy.deductions:
        if ground.fact in rule.facts and rule.bands:
            _charge(draft, rule, ground)


def charge_days(draft: Draft, ground: Ground, days: int, planned_at: datetime | None) -> None:
    """Post what a lateness costs more, now that it has lasted so many days."""
    source = draft.problem.facts.clue_source
    for rule in draft.rules.policy.deductions:
        if rule.by_days_late and counts(rule, ground, draft.problem):
            before = price_of_days(rule, days - 1, source)
            wanted = price_of_days(rule, days, source) - before
            _post(draft, rule, ground, wanted, days_late=days, planned_at=planned_at)


def _charge(draft: Draft, rule: DeductionRule, ground: Ground) -> None:
    standing = _standing(draft.problem, rule, ground.on.year)
    times, before = _times(rule, standing), _times(rule, standing[:-1])
    source = draft.problem.facts.clue_source
    wanted = price(rule, times, source) - price(rule, before, source)
    _post(draft, rule, ground, wanted, times=times, planned_at=ground.planned_at)


def _post(
    draft: Draft,
    rule: DeductionRule,
    ground: Ground,
    wanted: Decimal,
    *,
    planned_at: datetime | None,
    times: int = 0,
    days_late: int = 0,
) -> None:
    problem, policy = draft.problem, draft.rules.policy
    points = min(wanted, _room_under_cap(draft, ground.on.year))
    if points <= 0:
        return
    draft.add(
        e.PointsDeducted(
            rule_id=rule.rule_id,
            fact=ground.fact,
            occurrence=_next_name(problem, rule),
            points=points,
            capped=points < wanted,
            clause=rule.clause,
            paper=rule.paper,
            district=problem.district,
            year=ground.on.year,
            on=ground.on,
            policy=f"{policy.policy_id}@{policy.version}",
            established=ground.seq,
            counted=times,
            planned_at=planned_at,
            told_on=day_of(next_working_morning(draft.now, draft.rules)),
            days_late=days_late,
            awaits_receipt=policy.clocks.appeal_from_receipt,
        )
    )


def reprice(draft: Draft, fell: int) -> None:
    """Give back what was posted only because a ground counted that fell, newest rows first.

    What an earlier policy posted for the ground itself goes back whole; its other rows stay as that
    policy priced them.
    """
    for rule in draft.rules.policy.deductions:
        for year in _years(draft.problem, rule):
            _reprice(draft, rule, year, fell)
    for row in _rows_of_earlier_policies(draft.problem):
        _give_back(draft, row, row.left, fell)


def _rows_of_earlier_policies(problem: Problem) -> list[Deduction]:
    fallen = {
        ground.seq
        for ground in problem.grounds
        if ground.fallen_seq and ground.seq <= problem.policy_since
    }
    return [row for row in problem.deductions if row.established in fallen and row.left]


def _years(problem: Problem, rule: DeductionRule) -> list[int]:
    """Give the years that are counted apart; any one stands for them all where they are not."""
    years = sorted({row.year for row in problem.deductions if row.rule_id == rule.rule_id})
    return years if rule.counted_within is Within.YEAR else years[:1]


def _reprice(draft: Draft, rule: DeductionRule, year: int, fell: int) -> None:
    rows = [row for row in _rows(draft.problem, rule, year) if row.left]
    standing = _standing(draft.problem, rule, year)
    if rule.by_days_late:
        # Each lateness has its own days: what stands pays for nothing that fell.
        grounds = {ground.seq for ground in standing}
        rows, due = [row for row in rows if row.established not in grounds], _NOTHING
    else:
        due = price(rule, _times(rule, standing), draft.problem.facts.clue_source)
    over = sum((row.left for row in rows), _NOTHING) - due
    for row in reversed(rows):
        if over <= 0:
            return
        given_back = min(over, row.left)
        _give_back(draft, row, given_back, fell)
        over -= given_back


def _give_back(draft: Draft, row: Deduction, points: Decimal, fell: int) -> None:
    policy = draft.rules.policy
    draft.add(
        e.PointsRepriced(
            deduction=row.seq,
            fell=fell,
            rule_id=row.rule_id,
            fact=row.fact,
            occurrence=row.occurrence,
            points=points,
            clause="事由已不成立，按仍成立的次数重新计算",
            district=row.district,
            year=row.year,
            on=draft.today,
            policy=f"{policy.policy_id}@{policy.version}",
        )
    )


def _counted(problem: Problem, rule: DeductionRule, year: int) -> Iterator[Ground]:
    """Give the grounds a rule counts, fallen ones too: the present district's, by this policy."""
    yearly = rule.counted_within is Within.YEAR
    for ground in problem.grounds:
        if counts(rule, ground, problem) and (not yearly or ground.on.year == year):
            yield ground


def _standing(problem: Problem, rule: DeductionRule, year: int) -> list[Ground]:
    return [ground for ground in _counted(problem, rule, year) if not ground.fallen_seq]


def _times(rule: DeductionRule, grounds: list[Ground]) -> int:
    """Count grounds, those of one calendar month as one where the rule is judged once a month."""
    if not rule.monthly:
        return len(grounds)
    return len({(ground.on.year, ground.on.month) for ground in grounds})


def _rows(problem: Problem, rule: DeductionRule, year: int) -> list[Deduction]:
    counted = {ground.seq for ground in _counted(problem, rule, year)}
    return [
        row
        for row in problem.deductions
        if row.established in counted and row.rule_id == rule.rule_id
    ]


def _next_name(problem: Problem, rule: DeductionRule) -> int:
    """Give the number by which the next row of a rule is told from its others, for ever."""
    taken = [row.occurrence for row in problem.deductions if row.rule_id == rule.rule_id]
    times = sum(problem.times(fact) for fact in rule.facts)
    return max([times, *(one + 1 for one in taken)])


def _room_under_cap(draft: Draft, year: int) -> Decimal:
    """Give what a district can still lose on one problem for a year."""
    cap = draft.rules.policy.cap_per_problem_year
    if cap is None:
        return Decimal("Infinity")
    problem = draft.problem
    rows = (d for d in problem.deductions if d.year == year and d.district in problem.held_as)
    return cap - sum((row.left for row in rows), _NOTHING)
