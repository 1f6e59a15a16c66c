"""The policy of the lives of before: that of 2024, with clocks that run for years."""

from __future__ import annotations

from dataclasses import replace

from domain.deadlines import DayCount, DayCountRule
from domain.policy import ExceptionRules, Policy, content_hash

FAR = 10_000
"""Days in years: no clock of a life begun here runs out before 2050."""

FAR_WORKING = 7_000


def patient(policy: Policy) -> Policy:
    """Give the policy with clocks of many years, and a name of its own."""
    clocks = replace(
        policy.clocks,
        feedback=_long(policy.clocks.feedback),
        supplement=_long(policy.clocks.supplement),
        rectification=_long(policy.clocks.rectification),
        redo=_long(policy.clocks.redo),
        promise_max_days=FAR,
        review_working_days=FAR_WORKING,
        revisit_after_working_days=FAR_WORKING,
        revisit_grace_working_days=0,
        approval_working_days=FAR_WORKING,
        appeal_working_days=FAR_WORKING,
    )
    limits = replace(
        policy.exceptions or ExceptionRules(),
        suspension_max_days=FAR,
        extension_max_days=FAR,
        extension_answer_working_days=FAR_WORKING,
        objection_answer_working_days=FAR_WORKING,
        appeal_answer_working_days=FAR_WORKING,
        proposal_working_days=FAR_WORKING,
    )
    levels = tuple(
        replace(one, after_working_days=one.after_working_days and FAR_WORKING)
        for one in policy.levels
    )
    changed = replace(
        policy,
        policy_id="patient",
        version="示例",
        title="《示例：各时限均为多年的口径》",
        clocks=clocks,
        exceptions=limits,
        levels=levels,
    )
    return replace(changed, content_hash=content_hash(changed))


def _long(rule: DayCountRule) -> DayCountRule:
    days = FAR if rule.unit is DayCount.CALENDAR_DAYS else FAR_WORKING
    return replace(rule, days=days, clause=f"示例：{rule.clause}")
