"""Days and the instants at which periods end, as official letters write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.local_time import SHANGHAI, day_of

_WEEKDAYS = "一二三四五六日"


def day_brief(day: date) -> str:
    """Write a day: 2024年7月9日."""
    return f"{day.year}年{day.month}月{day.day}日"


def day_text(day: date) -> str:
    """Write a day with its weekday: 2024年7月8日（星期一）."""
    return f"{day_brief(day)}（星期{_WEEKDAYS[day.weekday()]}）"


def due_text(due_at: datetime) -> str:
    """Write the instant that ends a period: 2024年7月9日（星期二）24:00, or （星期二）17:30."""
    day, clock = _last_day(due_at)
    return f"{day_text(day)}{clock}"


def due_brief(due_at: datetime) -> str:
    """Write the instant that ends a period where room is short: 2024年7月9日24:00."""
    day, clock = _last_day(due_at)
    return f"{day_brief(day)}{clock}"


def due_in_list(due_at: datetime) -> str:
    """Write it in a column of days: 2024-07-09, and the clock where it is not midnight."""
    return f"{last_day(due_at).isoformat()} {cut_off(due_at)}".rstrip()


def cut_off(due_at: datetime) -> str:
    """Give the clock that ends a period where it is not midnight: 17:30; else nothing."""
    clock = _last_day(due_at)[1]
    return "" if clock == "24:00" else clock


def last_day(due_at: datetime) -> date:
    """Give the last day of a period that ends at `due_at`: midnight still ends the day before."""
    return day_of(due_at - timedelta(microseconds=1))


def moment_text(at: datetime) -> str:
    """Write an instant of late, where room is short: 7月9日10:05."""
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def time_left(until: datetime, now: datetime) -> str:
    """Say how many hours and minutes are left: 6小时10分."""
    minutes = max(0, int((until - now).total_seconds()) // 60)
    return f"{minutes // 60}小时{minutes % 60}分"


def _last_day(due_at: datetime) -> tuple[date, str]:
    """Give the last day and the clock that ends it; midnight is 24:00 of the day it ends."""
    clock = due_at.astimezone(SHANGHAI).strftime("%H:%M")
    return last_day(due_at), "24:00" if clock == "00:00" else clock
