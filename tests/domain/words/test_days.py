"""The instant that ends a period is the same in a letter, a subject line and a column of days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from domain.local_time import at_local, midnight_ending
from domain.words.days import due_brief, due_in_list, due_text

TUESDAY = date(2024, 7, 9)


@pytest.mark.parametrize(
    ("due_at", "text", "brief", "in_list"),
    [
        (
            midnight_ending(TUESDAY),
            *("2024年7月9日（星期二）24:00", "2024年7月9日24:00", "2024-07-09"),
        ),
        (
            at_local(TUESDAY, time(17, 30)),
            *("2024年7月9日（星期二）17:30", "2024年7月9日17:30", "2024-07-09 17:30"),
        ),
        (
            midnight_ending(TUESDAY) - timedelta(minutes=1),
            *("2024年7月9日（星期二）23:59", "2024年7月9日23:59", "2024-07-09 23:59"),
        ),
    ],
)
def test_an_instant_that_ends_a_period_is_written_alike_everywhere(
    due_at: datetime, text: str, brief: str, in_list: str
) -> None:
    assert (due_text(due_at), due_brief(due_at), due_in_list(due_at)) == (text, brief, in_list)
