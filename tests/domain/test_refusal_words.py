"""What a refusal says of a day, and of what only looks like one."""

from __future__ import annotations

import pytest

from domain.refusals import WrongMoment


@pytest.mark.parametrize(
    ("receipt", "said"),
    [("2024-06-31", "2024-06-31"), ("9999-99-99", "9999-99-99"), ("r-1", "r-1")],
)
def test_a_receipt_that_looks_like_a_day_is_no_fault(receipt: str, said: str) -> None:
    assert said in str(WrongMoment("nothing_asked", receipt_id=receipt))


def test_a_day_is_written_as_in_a_letter() -> None:
    refused = WrongMoment("extension_after_expiry", due_on="2024-06-30")
    assert "2024年6月30日" in str(refused)
