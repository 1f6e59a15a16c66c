"""What the form tells about its round: by when, how long that is, and why on that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.deadlines import DayCountRule, day_text, due_date, explain
from domain.local_time import day_of
from domain.problem import Problem, Round
from domain.stages import RoundKind
from office.ports import Services


@dataclass(frozen=True, slots=True)
class Explained:
    """A due date in words: `left` is how long, `tone` a colour's name, `why` the working."""

    due_text: str
    left: str
    tone: str
    why: tuple[str, ...]
    promise_limit: str


def explained(services: Services, problem: Problem, owed: Round) -> Explained:
    """Explain the due date of a round as of now."""
    left, tone = _left(services, owed)
    if problem.suspension is not None and owed is problem.open_round:
        left, tone = "挂账中，时限暂停计算", "done"
    return Explained(
        due_text=f"{day_text(owed.due_on)}24:00",
        left=left,
        tone=tone,
        why=tuple(_why(services, owed)),
        promise_limit=_promise_limit(services, problem),
    )


def _left(services: Services, owed: Round) -> tuple[str, str]:
    now = services.clock()
    days = (owed.due_on - day_of(now)).days
    if now >= owed.due_at:
        return f"已逾期{max(-days, 1)}天，仍可反馈，将注明逾期", "red"
    if days == 0:
        return "今天截止", "orange"
    return f"还剩{days}天", "orange" if days == 1 else "yellow" if days <= 3 else "green"


def _why(services: Services, owed: Round) -> list[str]:
    """Give the working as it was counted; a date that today's calendar gives otherwise stands."""
    rule = _rule_of(services, owed)
    if (
        rule is not None
        and due_date(owed.counted_from, rule, services.calendar).due_on == owed.due_on
    ):
        steps = [step.note for step in explain(owed.counted_from, rule, services.calendar)]
    else:
        steps = [
            f"自{day_text(owed.counted_from)}起，至{day_text(owed.due_on)}24:00（北京时间）止，"
            "此前收到的视为按时。"
        ]
        if owed.kind is RoundKind.RECTIFICATION:
            steps.append("整改期限为本单位承诺并经市级审核同意的日期，或重新整改的期限。")
    if owed.original_due_on != owed.due_on:
        steps.append(f"原时限为{day_text(owed.original_due_on)}，已按记录的事由变更。")
    return steps


def _rule_of(services: Services, owed: Round) -> DayCountRule | None:
    clocks = services.policy.clocks
    return {
        RoundKind.FEEDBACK: clocks.feedback,
        RoundKind.SUPPLEMENT: clocks.supplement,
        RoundKind.RECTIFICATION: clocks.redo,
    }.get(owed.kind)


def _promise_limit(services: Services, problem: Problem) -> str:
    if problem.transferred_on is None:
        return ""
    days = services.policy.clocks.promise_max_days
    return day_text(problem.transferred_on + timedelta(days=days))
