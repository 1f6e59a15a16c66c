"""A level of supervision and a reminder are called by one name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.words.dates import pressing_words
from domain.words.levels import level_text

DUE = datetime(2024, 7, 9, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "title", "said"),
    [(0, "", "未提级"), (2, "督办函", "第二级（督办函）"), (3, "", "第三级"), (12, "", "第12级")],
)
def test_a_level_is_written_in_one_form(level: int, title: str, said: str) -> None:
    assert level_text(level, title) == said


@pytest.mark.parametrize(
    ("before", "by_hand", "said"),
    [
        (timedelta(days=5, hours=8), False, "临期提醒·剩5日"),
        (timedelta(hours=8), False, "临期提醒·今日到期"),
        (timedelta(days=5), True, "催办"),
    ],
)
def test_a_reminder_is_named_by_what_it_says(before: timedelta, by_hand: bool, said: str) -> None:
    assert pressing_words(DUE, DUE - before, by_hand=by_hand) == said
