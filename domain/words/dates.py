"""Dates in words: lights, how long is left, and why a date is this date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from domain import events as e
from domain.deadlines import DayCountRule, DueStep, day_text, due_date, explain
from domain.local_time import day_of
from domain.problem import Round
from domain.rules import Rules
from domain.stages import Light


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


def day_before(instant: datetime) -> date:
    """Give the last day of a period that ends at `instant` (24:00 of that day is the next day)."""
    return date.fromordinal(day_of(instant).toordinal() - 1)
