"""How a due date was counted, step by step: each day passed over, its notice, the clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.deadlines import DayCount, DayCountRule, DueDate, due_date, first_day, raw_last_day
from domain.words.counted import CountedFrom
from domain.words.days import day_text, due_text
from domain.work_calendar import DayKind, WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """One step of a due date's working: the day concerned, a stable code, a note in Chinese."""

    on: date
    code: str
    note: str


def explain(
    counted_from: date,
    rule: DayCountRule,
    calendar: WorkCalendar,
    start: CountedFrom = CountedFrom.TRANSFER,
) -> tuple[DueStep, ...]:
    """Show the working of `domain.deadlines.due_date` as a whole; `start` names its first day."""
    due = due_date(counted_from, rule, calendar)
    steps = [
        *counting(counted_from, rule, calendar, start),
        due_step(due.due_on, due.due_at),
        clause_step(due.due_on, rule.clause),
    ]
    if due.provisional:
        steps.append(provisional_step(due.due_on))
    return tuple(steps)


def counting(
    counted_from: date, rule: DayCountRule, calendar: WorkCalendar, start: CountedFrom
) -> Iterator[DueStep]:
    """Show the count alone: from which day, to which day, and what was passed over on the way."""
    due = due_date(counted_from, rule, calendar)
    yield start_step(counted_from, rule, start)
    yield _raw_step(counted_from, rule, calendar)
    yield from _passed_days(due, rule, calendar)


def start_step(counted_from: date, rule: DayCountRule, start: CountedFrom) -> DueStep:
    """Say from which day the period runs, and whether that day counts."""
    begins = "当日计入" if rule.count_first_day else "当日不计入，自次日起算"
    note = f"自{start.label}{day_text(counted_from)}起计算期限，{begins}。"
    return DueStep(on=counted_from, code="counted_from", note=note)


def due_step(due_on: date, due_at: datetime) -> DueStep:
    """Say at which instant the period ends."""
    note = f"截止时间为{due_text(due_at)}（北京时间），此前收到的视为按时。"
    return DueStep(on=due_on, code="due", note=note)


def clause_step(due_on: date, clause: str) -> DueStep:
    """Say on what the period rests."""
    return DueStep(on=due_on, code="clause", note=f"依据：{clause}。")


def provisional_step(due_on: date) -> DueStep:
    """Say that the date rests on a year whose holidays are not announced yet."""
    note = (
        "该日期为暂定：所涉年度的放假安排尚未公布，暂按周末和法定节日推算，"
        "公布后将重新核算；已告知的日期不会提前。"
    )
    return DueStep(on=due_on, code="provisional", note=note)


def _raw_step(counted_from: date, rule: DayCountRule, calendar: WorkCalendar) -> DueStep:
    raw = raw_last_day(counted_from, rule, calendar)
    months = rule.unit is DayCount.MONTHS
    nth = f"{rule.days}个月期满之日" if months else f"第{rule.days}{rule.unit.counted}"
    note = f"按{rule.unit.label}计算，{nth}为{day_text(raw)}。"
    return DueStep(on=raw, code="raw_last_day", note=note)


def _passed_days(due: DueDate, rule: DayCountRule, calendar: WorkCalendar) -> Iterator[DueStep]:
    """Explain each day that the count or the roll passed over, and each make-up workday."""
    in_working_days = rule.unit is DayCount.WORKING_DAYS
    day = (
        first_day(due.counted_from, rule)
        if in_working_days
        else raw_last_day(due.counted_from, rule, calendar)
    )
    while day <= due.due_on:
        if not calendar.is_workday(day):
            rolls = in_working_days or rule.roll_off_rest_days
            yield _rest_step(day, calendar, "不计入工作日" if in_working_days else "顺延", rolls)
        elif calendar.kind(day) is DayKind.MAKE_UP_WORKDAY:
            yield _make_up_step(day, calendar, in_working_days)
        day += timedelta(days=1)


def _rest_step(day: date, calendar: WorkCalendar, effect: str, rolls: bool) -> DueStep:
    name = calendar.holiday_name(day)
    what = f"{name}放假，见{calendar.notice(day)}" if name else "休息日"
    code, effect = ("skipped", effect) if rolls else ("not_skipped", "按规则不顺延")
    return DueStep(on=day, code=code, note=f"{day_text(day)}：{what}，{effect}。")


def _make_up_step(day: date, calendar: WorkCalendar, in_working_days: bool) -> DueStep:
    effect = "计入工作日" if in_working_days else "不再顺延"
    note = f"{day_text(day)}：调休上班日，见{calendar.notice(day)}，{effect}。"
    return DueStep(on=day, code="make_up_workday", note=note)
