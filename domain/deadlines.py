"""When a duty is due, and why on that day.

Days are counted by 民法典 第二百零一条 (the first day is not counted) and 第二百零三条 (a last day
that is a rest day gives way to the first day after it; the last day ends at 24:00). 行政处罚法
第八十五条 makes working days of periods of two, three, five and seven days only, so an unmarked
15日 means calendar days; a policy may say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.local_time import at_local, midnight_ending
from domain.work_calendar import DayKind, WorkCalendar

_WEEKDAYS = "一二三四五六日"


class DayCount(StrEnum):
    """The unit of a period: 自然日 or 工作日."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"

    @property
    def label(self) -> str:
        """The unit's name in Chinese."""
        return "自然日" if self is DayCount.CALENDAR_DAYS else "工作日"


class StartsFrom(StrEnum):
    """The event whose day a period is counted from."""

    TRANSFER = "transfer"
    SIGN_IN = "sign_in"

    @property
    def label(self) -> str:
        """The event's day in Chinese."""
        return "移交之日" if self is StartsFrom.TRANSFER else "签收之日"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCountRule:
    """How a period is counted: `days` of `unit`, and the `clause` it rests on.

    `cut_off` is the local time at which the last day ends, None for 24:00. Raises ValueError
    unless `days` is positive.
    """

    days: int
    unit: DayCount
    clause: str
    count_first_day: bool = False
    roll_off_rest_days: bool = True
    cut_off: time | None = None
    starts_from: StartsFrom = StartsFrom.TRANSFER

    def __post_init__(self) -> None:
        """Refuse a period without days."""
        if self.days < 1:
            raise ValueError(f"期限天数须为正整数，现为 {self.days}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """The last day of a period; in time is what is received before `due_at`.

    `provisional` dates rest on a year whose holidays are not announced yet.
    """

    due_on: date
    due_at: datetime
    provisional: bool
    counted_from: date
    calendar_version: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """One step of a due date's working: the day concerned, a stable code, a note in Chinese."""

    on: date
    code: str
    note: str


def due_date(counted_from: date, rule: DayCountRule, calendar: WorkCalendar) -> DueDate:
    """Count `rule` from the day `counted_from`."""
    raw = _raw_last_day(counted_from, rule, calendar)
    due_on = calendar.next_workday(raw) if rule.roll_off_rest_days else raw
    decisive = _first_day(counted_from, rule) if rule.unit is DayCount.WORKING_DAYS else raw
    return DueDate(
        due_on=due_on,
        due_at=due_instant(due_on, rule),
        provisional=not (calendar.is_announced(decisive) and calendar.is_announced(due_on)),
        counted_from=counted_from,
        calendar_version=calendar.version,
        clause=rule.clause,
    )


def due_instant(due_on: date, rule: DayCountRule) -> datetime:
    """Give the instant (UTC) at which a period ends whose last day is `due_on`."""
    return midnight_ending(due_on) if rule.cut_off is None else at_local(due_on, rule.cut_off)


def explain(counted_from: date, rule: DayCountRule, calendar: WorkCalendar) -> tuple[DueStep, ...]:
    """Show the working of `due_date` step by step, in Chinese."""
    due = due_date(counted_from, rule, calendar)
    steps = [
        _start_step(counted_from, rule),
        _raw_step(counted_from, rule, calendar),
        *_passed_days(due, rule, calendar),
        _due_step(due, rule),
        DueStep(on=due.due_on, code="clause", note=f"依据：{rule.clause}。"),
    ]
    if due.provisional:
        steps.append(_provisional_step(due))
    return tuple(steps)


def _first_day(counted_from: date, rule: DayCountRule) -> date:
    return counted_from if rule.count_first_day else counted_from + timedelta(days=1)


def _raw_last_day(counted_from: date, rule: DayCountRule, calendar: WorkCalendar) -> date:
    eve = _first_day(counted_from, rule) - timedelta(days=1)
    if rule.unit is DayCount.WORKING_DAYS:
        return calendar.add_working_days(eve, rule.days)
    return eve + timedelta(days=rule.days)


def _start_step(counted_from: date, rule: DayCountRule) -> DueStep:
    begins = "当日计入" if rule.count_first_day else "当日不计入，自次日起算"
    note = f"自{rule.starts_from.label}{day_text(counted_from)}起计算期限，{begins}。"
    return DueStep(on=counted_from, code="counted_from", note=note)


def _raw_step(counted_from: date, rule: DayCountRule, calendar: WorkCalendar) -> DueStep:
    raw = _raw_last_day(counted_from, rule, calendar)
    nth = f"第{rule.days}{'个工作日' if rule.unit is DayCount.WORKING_DAYS else '日'}"
    note = f"按{rule.unit.label}计算，{nth}为{day_text(raw)}。"
    return DueStep(on=raw, code="raw_last_day", note=note)


def _passed_days(due: DueDate, rule: DayCountRule, calendar: WorkCalendar) -> Iterator[DueStep]:
    """Explain each day that the count or the roll passed over, and each make-up workday."""
    in_working_days = rule.unit is DayCount.WORKING_DAYS
    day = (
        _first_day(due.counted_from, rule)
        if in_working_days
        else _raw_last_day(due.counted_from, rule, calendar)
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


def _due_step(due: DueDate, rule: DayCountRule) -> DueStep:
    cut_off = "24:00" if rule.cut_off is None else rule.cut_off.strftime("%H:%M")
    note = f"截止时间为{day_text(due.due_on)}{cut_off}（北京时间），此前收到的视为按时。"
    return DueStep(on=due.due_on, code="due", note=note)


def _provisional_step(due: DueDate) -> DueStep:
    note = (
        "该日期为暂定：所涉年度的放假安排尚未公布，暂按周末和法定节日推算，"
        "公布后将重新核算；已告知的日期不会提前。"
    )
    return DueStep(on=due.due_on, code="provisional", note=note)


def day_text(day: date) -> str:
    """Write a day as Chinese letters do: 2024年7月8日（星期一）."""
    return f"{day.year}年{day.month}月{day.day}日（星期{_WEEKDAYS[day.weekday()]}）"
