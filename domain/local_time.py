"""Days and instants: a day is a day in Chongqing (UTC+8), an instant is aware and kept in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(instant: datetime) -> date:
    """Give the local day on which `instant` falls.

    Raises ValueError for an instant without a time zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {instant.isoformat()}")
    return instant.astimezone(SHANGHAI).date()


@lru_cache(maxsize=8192)
def at_local(day: date, at: time) -> datetime:
    """Give the instant, in UTC, at which clocks in Chongqing show `at` on `day`."""
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)


def midnight_ending(day: date) -> datetime:
    """Give the instant, in UTC, at which `day` ends (24:00 local time)."""
    return at_local(day + timedelta(days=1), time(0))


def last_day_before(instant: datetime) -> date:
    """Give the day that an instant ends or falls into: midnight belongs to the day it ends."""
    return day_of(instant - timedelta(microseconds=1))
