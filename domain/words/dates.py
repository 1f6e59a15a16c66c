"""Dates in words: lights, how long is left, and what may be promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.local_time import day_of
from domain.problem import Problem, Round
from domain.rules import Rules
from domain.stages import Light
from domain.words.days import day_brief, day_text, last_day, moment_text


def light_of(
    due_on: date | None, due_at: datetime | None, now: datetime, rules: Rules | None
) -> Light:
    """Give the warning colour of an open round by the policy's ladder; green without one.

    Where the rules of the life are unknown, so is the ladder: only what is late has its colour.
    """
    if due_on is None or due_at is None:
        return Light.GREEN
    if now >= due_at:
        return Light.RED
    if rules is None:
        return Light.GREEN
    left = (due_on - day_of(now)).days
    rungs = sorted(rules.policy.reminders.rungs, key=lambda rung: rung.days_before)
    return next((rung.light for rung in rungs if left <= rung.days_before), Light.GREEN)


def days_left(due_on: date, due_at: datetime, now: datetime) -> str:
    """Say how long an open round still has, or how long it is late."""
    left = (due_on - day_of(now)).days
    if now >= due_at:
        return f"已逾期{max(1, -left)}日"
    return "今日到期" if left == 0 else f"剩余{left}日"


def bureau_left(due_on: date, now: datetime) -> tuple[Light, str]:
    """Say how long the bureau itself still has for what it owes, and in which colour."""
    left = (due_on - day_of(now)).days
    if left < 0:
        return Light.RED, f"已超期{-left}日"
    if left == 0:
        return Light.ORANGE, "今日须办"
    return (Light.YELLOW if left == 1 else Light.GREEN), f"剩余{left}日"


def pressing_words(due_at: datetime, now: datetime, *, by_hand: bool) -> str:
    """Name a reminder by what it says, not by its light: 催办, 临期提醒·剩5日."""
    if by_hand:
        return "催办"
    left = (last_day(due_at) - day_of(now)).days
    return f"临期提醒·剩{left}日" if left > 0 else "临期提醒·今日到期"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a round stands: a colour's name, and in words how long it still has or is late."""

    tone: str
    left: str


def standing(problem: Problem, round_: Round, now: datetime, rules: Rules | None) -> Standing:
    """Say how a round stands now; no clock runs while the problem is suspended."""
    if problem.suspension is not None and round_ is problem.open_round:
        return Standing("blue", "暂缓办理，暂停计时")
    held = held_words(problem, round_, now)
    if held:
        return Standing("blue", held)
    light = light_of(round_.due_on, round_.due_at, now, rules)
    return Standing(light.value, days_left(round_.due_on, round_.due_at, now))


def held_words(problem: Problem, round_: Round, now: datetime) -> str:
    """Say why nobody is late with a round whose date has passed or fell; empty where somebody is."""
    if round_.excused_at is not None:
        before = problem.fell_before(round_.due_at)
        return "登记前已届满，不认定逾期" if before else "不认定逾期，待市级重新确定时限"
    if now < round_.due_at or round_.overdue_at is not None:
        return ""
    asked = problem.objection is not None or round_.waits_for_bureau
    if asked and round_ is problem.open_round:
        return "待市级答复，暂不认定逾期"
    return "送达尚未证实，不认定逾期" if round_.unproven else ""


def entered_late_words(problem: Problem, rules: Rules) -> str:
    """Say that a transfer dated back is counted from its registration, and until when; else empty."""
    first = problem.rounds[0] if problem.rounds else None
    if first is None or not first.entered_late or problem.transferred_on is None:
        return ""
    least = rules.policy.limits.least_working_days
    return (
        f"移交日期{day_text(problem.transferred_on)}早于登记之日，自移交之日起算区县所余不足{least}个工作日，"
        f"反馈时限改自登记之日起算，至{day_text(first.due_on)}。当日已送达的，请登记送达日期。"
    )


def proof_words(round_: Round) -> str:
    """Say beside a due date that it runs only from the service, as long as none is proven 以送达为准."""
    return "，以送达为准" if round_.unproven else ""


def told_words(round_: Round) -> str:
    """Say by what the round's notice is proven to have arrived, or that it is not; else nothing."""
    if round_.served_on is not None:
        return f"已登记送达，{day_brief(round_.served_on)}"
    if round_.proof is not None:
        return f"{round_.proof.kind.label}，{moment_text(round_.proof.at)}"
    return "送达未证实" if round_.unproven else ""


def promise_until(problem: Problem, rules: Rules | None) -> str:
    """Give the last day that may be agreed for rectification.

    Empty before the transfer, and where the rules of the life are unknown.
    """
    if problem.handed_over_on is None or rules is None:
        return ""
    days = timedelta(days=rules.policy.clocks.promise_max_days)
    return day_text(problem.handed_over_on + days)
