"""Why a problem's dates are what they are, in sentences for people."""

from __future__ import annotations

from domain.local_time import day_of
from domain.problem import Problem, Round
from domain.rules import Rules


def explain_problem(problem: Problem, rules: Rules) -> tuple[str, ...]:
    """Give stage and level, then one sentence per round, then the policy they rest on."""
    level = f"，督办层级 {problem.level}" if problem.level else ""
    head = f"问题 {problem.problem_no}：{problem.stage.label}{level}。"
    policy = rules.policy
    foot = f"依据《{policy.title}》口径 {policy.version}，日历 {rules.calendar.version}。"
    return (head, *(_round(owed) for owed in problem.rounds), foot)


def _round(owed: Round) -> str:
    moved = ""
    if owed.due_on != owed.original_due_on:
        moved = f"（原为 {owed.original_due_on.isoformat()}）"
    provisional = "，所在年份放假安排尚未公布，为暂定日期" if owed.provisional else ""
    answered = ""
    if owed.answered_at is not None:
        late = "逾期" if owed.answered_at >= owed.due_at else "按时"
        answered = f"；{day_of(owed.answered_at).isoformat()} {late}答复"
    return (
        f"第 {owed.round_no} 轮（{owed.kind.label}）：自 {owed.counted_from.isoformat()} 起算，"
        f"至 {owed.due_on.isoformat()} 24:00 届满{moved}{provisional}{answered}。"
    )
