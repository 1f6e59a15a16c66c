"""Why a problem's dates are what they are, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterator

from domain.catalogues.districts import district
from domain.local_time import day_of
from domain.problem import Deduction, Problem, Reassignment, Round, Suspension
from domain.rules import Rules


def explain_problem(problem: Problem, rules: Rules) -> tuple[str, ...]:
    """Give stage and level, one sentence per round and per turn of its life, then its policy."""
    level = f"，督办层级 {problem.level}" if problem.level else ""
    head = f"问题 {problem.problem_no}：{problem.stage.label}{level}。"
    policy = rules.policy
    foot = f"依据《{policy.title}》口径 {policy.version}，日历 {rules.calendar.version}。"
    return (head, *(_round(owed) for owed in problem.rounds), *_turns(problem), foot)


def _round(owed: Round) -> str:
    moved = ""
    if owed.due_on != owed.original_due_on:
        times = f"，同意延期 {owed.extensions} 次" if owed.extensions else ""
        moved = f"（原为 {owed.original_due_on.isoformat()}{times}）"
    provisional = "，所在年份放假安排尚未公布，为暂定日期" if owed.provisional else ""
    return (
        f"第 {owed.round_no} 轮（{owed.kind.label}）：自 {owed.counted_from.isoformat()} 起算，"
        f"至 {owed.due_on.isoformat()} 24:00 届满{moved}{provisional}{_became(owed)}。"
    )


def _became(owed: Round) -> str:
    """Say what became of a round, or what it waits for."""
    if owed.answered_at is not None:
        late = "逾期" if owed.answered_at >= owed.due_at else "按时"
        return f"；{day_of(owed.answered_at).isoformat()} {late}答复"
    if owed.asked is not None:
        wanted = owed.asked.wanted_on.isoformat()
        return f"；区县申请延期至 {wanted}，尚未答复，答复前时限照常计算"
    if owed.held_at is not None:
        return "；送达未证实，逾期后果暂缓认定"
    if owed.bounced_at is not None:
        return f"；{day_of(owed.bounced_at).isoformat()} 通知被退回，送达未证实"
    return ""


def _turns(problem: Problem) -> Iterator[str]:
    """Say where the life did not go straight."""
    yield from (_reassigned(one) for one in problem.reassignments)
    if problem.objection is not None:
        raised_on = day_of(problem.objection.received_at).isoformat()
        yield f"{raised_on} 区县对移交对象提出异议，答复前不认定逾期。"
    yield from (_suspended(one) for one in problem.suspensions)
    yield from (_appealed(one) for one in problem.deductions if one.appeal or one.reversed_seq)
    if problem.reopened:
        yield f"销号后反弹，已重启办理 {problem.reopened} 次。"


def _reassigned(one: Reassignment) -> str:
    return (
        f"{one.on.isoformat()} 由{district(one.from_district).name}改由"
        f"{district(one.to_district).name}办理（{one.why.label}）。"
    )


def _suspended(stay: Suspension) -> str:
    left = "" if stay.days_left is None else f"，时限余 {stay.days_left} 日"
    since = f"{stay.on.isoformat()} 起挂账{left}"
    if stay.resumed_on is None:
        return f"{since}，应于 {stay.review_on.isoformat()} 前复核；挂账期间时限停止计算。"
    return f"{since}；{stay.resumed_on.isoformat()} 恢复办理，挂账 {stay.days} 日。"


def _appealed(one: Deduction) -> str:
    what = f"{one.on.isoformat()} 扣 {one.points} 分（{one.fact.label}）"
    if one.reversed_seq:
        return f"{what}：已撤销。"
    if one.appeal is None or one.appeal.upheld is None:
        return f"{what}：申诉中，答复前扣分不变。"
    return f"{what}：申诉不成立，维持扣分。"
