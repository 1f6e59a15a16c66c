"""Codes of an authenticator app, held against the published ones."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from domain.one_time_codes import address_for_app, code_at, matching_step, step_at

SECRET = base64.b32encode(b"12345678901234567890").decode()
NOON = datetime(2024, 6, 24, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(SECRET, step_at(datetime.fromtimestamp(seconds, UTC))) == code


def test_a_clock_may_be_off_by_half_a_minute_and_no_more() -> None:
    now = step_at(NOON)
    met = [matching_step(SECRET, code_at(SECRET, now + off), NOON, 0) for off in range(-2, 3)]
    assert met == [None, now - 1, now, now + 1, None]


def test_a_code_counts_once_and_none_before_it_counts_again() -> None:
    now = step_at(NOON)
    assert matching_step(SECRET, code_at(SECRET, now), NOON, after=now) is None
    assert matching_step(SECRET, code_at(SECRET, now - 1), NOON, after=now) is None
    later = NOON + timedelta(seconds=30)
    assert matching_step(SECRET, code_at(SECRET, now + 1), later, after=now) == now + 1


def test_what_is_no_code_is_wrong() -> None:
    for typed in ("", "12345", "１２３４５６", "abcdef"):
        assert matching_step(SECRET, typed, NOON, 0) is None


def test_an_app_is_told_secret_and_login() -> None:
    assert address_for_app(SECRET, "wang.li").startswith(
        "otpauth://totp/%E9%97%AD%E7%8E%AF%3Awang.li?"
    )
