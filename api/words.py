"""What people read: fields, events in words, lights, and why a date is this date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain import events as e
from domain.catalogues.districts import district
from domain.catalogues.penalty_outcomes import PENALTY_OUTCOMES
from domain.commands import Answer
from domain.deadlines import DayCountRule, DueStep, day_text, due_date, explain
from domain.local_time import day_of
from domain.problem import Problem, Round
from domain.roles import Actor, Role
from domain.rules import Rules
from domain.stages import Light
from gateways.problem_list.headings import LABELS

FIELD_LABELS: Mapping[str, str] = {
    **LABELS,
    "transfer": "移交",
    "on": "日期",
    "receipt_id": "回执编号",
    "until": "延至日期",
    "to_district": "改由区县",
    "because": "原因",
    "review_on": "复核日期",
    "round_no": "轮次",
    "due_on": "时限",
    "deduction": "扣分记录",
    "proposal": "待批事项",
    "into_no": "并入问题编号",
    "typical": "典型案例",
    "received_on": "收到日期",
    "channel": "收到方式",
    "state": "整改情况",
    "files": "扫描件",
    "verdict": "审核结论",
    "reason": "理由",
    "promised_on": "承诺完成日期",
    "result": "回头看结果",
    "findings": "现场情况",
    "decision": "审批意见",
    "content_hash": "核对码",
    "served_on": "送达日期",
    "means": "送达方式",
    "register": "登记系统",
    "number": "清单编号",
    "rows": "清单行",
    "remarks": "备注",
    "plan": "方案",
    "login": "登录名",
    "name": "姓名",
    "password": "密码",
    "role": "角色",
    "label": "用途",
    "email": "电子邮箱",
    "telephone": "联系电话",
    "position": "岗位",
    "stage": "环节",
    "level": "督办级别",
    "listed": "是否在清单",
    "general": "是否一般问题",
    "overdue": "是否逾期",
    "text": "文字内容",
    "due_before": "到期早于",
    "limit": "每页条数",
    "cursor": "翻页标记",
    "year": "年度",
    "dry_run": "仅检查",
    "kind": "人员类别",
    "for": "考核",
    "seed": "随机种子",
    "seed_again": "再次输入的随机种子",
    "seed_source": "种子来源",
    "seed_on": "种子公布日期",
    "share": "一般问题抽取比例",
    "weight_per_point": "每扣1分增加的权重",
    "home_district": "派出区县",
    "members": "人员",
    "file": "清单文件",
    "idempotency-key": "Idempotency-Key",
}
"""Field of any model to the name people know it by."""


def field_label(field: str) -> str:
    """Name a field in Chinese; a name nobody translated stays as it is."""
    return FIELD_LABELS.get(field, field)


def actor_name(actor: Actor, names: Mapping[str, str]) -> str:
    """Name who acted: an account by its name, a district by its own, the system as such."""
    if actor.role is Role.SYSTEM:
        return "系统"
    if actor.role is Role.DISTRICT:
        return district(actor.id.removeprefix("district:")).name
    return f"{names.get(actor.id, actor.id)}（{actor.role.label}）"


def light_of(due_on: date | None, due_at: datetime | None, now: datetime, rules: Rules) -> Light:
    """Give the warning colour of an open round by the policy's ladder; green without one."""
    if due_on is None or due_at is None:
        return Light.GREEN
    if now >= due_at:
        return Light.RED
    left = (due_on - day_of(now)).days
    rungs = sorted(rules.policy.reminders.rungs, key=lambda rung: rung.days_before)
    return next((rung.light for rung in rungs if left <= rung.days_before), Light.GREEN)


def days_left(due_on: date, due_at: datetime, now: datetime) -> str:
    """Say how long an open round still has, or how long it is late."""
    left = (due_on - day_of(now)).days
    if now >= due_at:
        return f"已逾期{max(1, -left)}天"
    return "今日到期" if left == 0 else f"还剩{left}天"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyThisDate:
    """A round's due date with its working; `original_on` differs when it was moved."""

    round_no: int
    due_on: date
    due_at: datetime
    provisional: bool
    original_on: date
    steps: tuple[DueStep, ...]


def why_this_date(owed: Round, history: tuple[e.Recorded, ...], rules: Rules) -> WhyThisDate:
    """Explain a round's due date from what was recorded and, where counted, by the policy's rule."""
    opened = _opened(owed, history)
    steps = list(_working(owed, opened, rules))
    steps.extend(_moves(owed, history))
    return WhyThisDate(
        round_no=owed.round_no,
        due_on=owed.due_on,
        due_at=owed.due_at,
        provisional=owed.provisional,
        original_on=owed.original_due_on,
        steps=tuple(steps),
    )


def _opened(owed: Round, history: tuple[e.Recorded, ...]) -> e.RoundOpened | None:
    events = (recorded.event for recorded in history)
    rounds = (event for event in events if isinstance(event, e.RoundOpened))
    return next((event for event in rounds if event.round_no == owed.round_no), None)


def _working(owed: Round, opened: e.RoundOpened | None, rules: Rules) -> Iterator[DueStep]:
    clause = opened.clause if opened is not None else ""
    rule = _rule_of(clause, rules)
    counts = rule and due_date(owed.counted_from, rule, rules.calendar).due_on == owed.due_on
    if rule is not None and counts:
        yield from explain(owed.counted_from, rule, rules.calendar)
        return
    note = f"本轮截止日期为{day_text(owed.due_on)}24:00（北京时间），此前收到的视为按时。"
    yield DueStep(on=owed.due_on, code="recorded", note=note)
    if clause:
        yield DueStep(on=owed.due_on, code="clause", note=f"依据：{clause}。")


def _rule_of(clause: str, rules: Rules) -> DayCountRule | None:
    clocks = rules.policy.clocks
    counted = (clocks.feedback, clocks.supplement, clocks.rectification, clocks.redo)
    return next((rule for rule in counted if rule.clause == clause), None)


def _moves(owed: Round, history: tuple[e.Recorded, ...]) -> Iterator[DueStep]:
    for recorded in history:
        event = recorded.event
        if isinstance(event, e.DueDateMoved) and event.round_no == owed.round_no:
            moved = f"由{day_text(event.from_on)}改为{day_text(event.due_on)}"
            note = f"截止日期{moved}；事由：{event.reason}。"
            yield DueStep(on=event.due_on, code="moved", note=note)


def penalty_words(answer: Answer) -> str:
    """Say what became of 是否立案处罚, as the annex wants it."""
    if not answer.penalty_outcome:
        return "未填写"
    known = PENALTY_OUTCOMES.find(answer.penalty_outcome)
    parts = [known.annex_text if known else answer.penalty_outcome]
    if answer.penalty_document_no:
        parts.append(f"文号：{answer.penalty_document_no}")
    if answer.penalty_amount is not None:
        parts.append(f"罚款{answer.penalty_amount:f}元")
    return "，".join(parts)


def day_before(instant: datetime) -> date:
    """Give the last day of a period that ends at `instant` (24:00 of that day is the next day)."""
    return date.fromordinal(day_of(instant).toordinal() - 1)


def stage_words(problem: Problem) -> str:
    """Name the stage, and that closure awaits approval where it does."""
    return "待销号审批" if problem.proposal is not None else problem.stage.label
