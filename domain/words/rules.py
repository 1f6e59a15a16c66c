"""By which rules a life is judged, in words: the plan, its version and validity, the calendar."""

from __future__ import annotations

from domain.deadlines import DayCount, DayCountRule
from domain.policy import Policy
from domain.problem import Problem
from domain.rules import Rules
from domain.words.days import day_brief
from domain.words.levels import level_text

UNKNOWN = (
    "本问题适用的口径或放假安排暂时无法读取，时限的计算依据暂不能显示；"
    "已经确定的时限不变，反馈和各项申请照常受理。"
)
"""Said where nobody can say by what a life is judged."""


def rules_words(rules: Rules) -> str:
    """Name the policy and the calendar of a life, and what in the policy is an example."""
    policy = rules.policy
    until = f"至{day_brief(policy.valid_to)}" if policy.valid_to else "起"
    example = "；其中的示例数值须在正式使用前替换" if policy.demo else ""
    return (
        f"依据{title_words(policy)}（{policy.document_no}），"
        f"口径{policy.policy_id}第{policy.version}版，自{day_brief(policy.valid_from)}{until}施行，"
        f"日历{rules.calendar.version}。口径来源：{policy.author}{example}。"
    )


def feedback_words(rules: Rules) -> str:
    """Say within how many days a district answers, and how they are counted: 15日内反馈."""
    rule = rules.policy.clocks.feedback
    first = "移交当日计入" if rule.count_first_day else "移交当日不计"
    working = rule.unit is DayCount.WORKING_DAYS
    rolls = "，最后一日遇休息日顺延" if rule.roll_off_rest_days and not working else ""
    ends = f"，最后一日{rule.cut_off:%H:%M}截止" if rule.cut_off else ""
    return f"{first}，{days_words(rule)}内反馈{rolls}{ends}"


def days_words(rule: DayCountRule) -> str:
    """Say how long a period is: 15日, 5个工作日."""
    return f"{rule.days}{rule.unit.counted}"


def title_words(policy: Policy) -> str:
    """Give the plan's name in its title marks, whether or not the policy has written them."""
    return f"《{policy.title.strip('《》')}》"


def level_words(problem: Problem, rules: Rules) -> str:
    """Say at which level a problem is supervised and on what ground; empty when at none."""
    if not problem.level:
        return ""
    rule = rules.policy.level_rule(problem.level)
    ground = f"，依据：{rule.clause}" if rule else ""
    return f"，督办层级：{level_text(problem.level, rule.title if rule else '')}{ground}"
