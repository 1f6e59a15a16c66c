from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.local_time import SHANGHAI, at_local, day_of, midnight_ending


def test_a_day_ends_at_sixteen_hours_utc() -> None:
    assert midnight_ending(date(2024, 7, 8)) == datetime(2024, 7, 8, 16, tzinfo=UTC)
    assert midnight_ending(date(2024, 7, 8)).tzinfo is UTC


def test_a_local_time_is_eight_hours_ahead_of_utc() -> None:
    assert at_local(date(2024, 7, 8), time(9, 30)) == datetime(2024, 7, 8, 1, 30, tzinfo=UTC)
    assert at_local(date(2024, 7, 8), time(7)).date() == date(2024, 7, 7)


def test_an_instant_without_a_time_zone_has_no_day() -> None:
    naive = datetime(2024, 7, 8, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        day_of(naive)


def test_the_day_changes_at_local_midnight() -> None:
    midnight = midnight_ending(date(2024, 7, 8))

    assert day_of(midnight) == date(2024, 7, 9)
    assert day_of(midnight - timedelta(microseconds=1)) == date(2024, 7, 8)
    assert day_of(midnight.astimezone(SHANGHAI)) == date(2024, 7, 9)


@given(st.dates(date(1992, 1, 1), date(2100, 1, 1)), st.times())
def test_a_local_time_falls_on_its_day(day: date, at: time) -> None:
    assert day_of(at_local(day, at)) == day
