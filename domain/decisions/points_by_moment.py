"""Points as lives of the rules before FAIR_POINTS have them: by the day and count of the moment.

An occurrence was counted whoever held the problem and whether or not it still stood, and belonged
to the day on which it was found. Kept for the lives that began so; see points.py for the others.
"""

from __future__ import annotations

from decimal import Decimal

from domain import events as e
from domain.decisions.draft import Draft
from domain.decisions.points import points_for
from domain.policy import DeductionRule
from domain.stages import Fact


def charge(draft: Draft, fact: Fact, occurrence: int) -> None:
    """Post what the `occurrence`-th time of a fact costs by each rule."""
    for rule in draft.rules.policy.deductions:
        if rule.fact is fact:
            _charge(draft, rule, occurrence)


def _charge(draft: Draft, rule: DeductionRule, occurrence: int) -> None:
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
