"""When a duty is due; why on that day is said in domain/words/working.py.

Days are counted after 民法典 第二百零一条 (the first day is not counted) and 第二百零三条 (a last day
that is a rest day gives way to the first day after it; the last day ends at 24:00). 行政处罚法
第八十五条 makes working days of periods of two, three, five and seven days only, so an unmarked
15日 means calendar days; a policy may say otherwise.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.local_time import at_local, midnight_ending
from domain.work_calendar import WorkCalendar


class DayCount(StrEnum):
    """The unit of a period: 自然日, 工作日 or 月.

    A period of months ends on the day of its last month that bears the number of the day it began, or
    on that month's last day (民法典 第二百零二条).
    """

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"

    @property
    def label(self) -> str:
        """The unit's name in Chinese."""
        return _UNITS[self][0]

    @property
    def counted(self) -> str:
        """The unit as it stands after a number: 15日, 5个工作日, 6个月."""
        return _UNITS[self][1]


_UNITS = {
    DayCount.CALENDAR_DAYS: ("自然日", "日"),
    DayCount.WORKING_DAYS: ("工作日", "个工作日"),
    DayCount.MONTHS: ("月", "个月"),
}


class StartsFrom(StrEnum):
    """What a policy may name as the first day of the feedback round.

    From 签收: from the recorded proof that somebody had the notice in hand (since FAIR_POINTS; lives of
    before are counted from their transfer all the same).
    """

    TRANSFER = "transfer"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCountRule:
    """How a period is counted: so many (`days`) of `unit`, and the `clause` it rests on.

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


def due_date(counted_from: date, rule: DayCountRule, calendar: WorkCalendar) -> DueDate:
    """Count `rule` from the day `counted_from`."""
    raw = raw_last_day(counted_from, rule, calendar)
    due_on = calendar.next_workday(raw) if rule.roll_off_rest_days else raw
    decisive = first_day(counted_from, rule) if rule.unit is DayCount.WORKING_DAYS else raw
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


def first_day(counted_from: date, rule: DayCountRule) -> date:
    """Give the first day that counts."""
    return counted_from if rule.count_first_day else counted_from + timedelta(days=1)


def raw_last_day(counted_from: date, rule: DayCountRule, calendar: WorkCalendar) -> date:
    """Give the last day as counted, before it gives way to a rest day."""
    eve = first_day(counted_from, rule) - timedelta(days=1)
    if rule.unit is DayCount.WORKING_DAYS:
        return calendar.add_working_days(eve, rule.days)
    if rule.unit is DayCount.MONTHS:
        return _months_after(eve, rule.days)
    return eve + timedelta(days=rule.days)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
