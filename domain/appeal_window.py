"""Until when a deduction may be appealed 申诉.

先例: 《重庆市行政执法监督条例》第二十一条 (十个工作日内申诉，自收到处理决定之日起). The day on which its
notice left is the first on which the district could know of it.
"""

from __future__ import annotations

from datetime import datetime

from domain.local_time import midnight_ending
from domain.problem import Deduction
from domain.rules import Rules


def appeal_until(deduction: Deduction, rules: Rules) -> datetime:
    """Give the instant before which the appeal of a deduction must be received."""
    window = rules.policy.clocks.appeal_working_days
    told_on = deduction.told_on or deduction.on
    return midnight_ending(rules.working_days_after(told_on, window))
