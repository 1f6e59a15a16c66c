"""A list of new problems that tells of running or closed ones is asked about."""

from __future__ import annotations

import pytest

from gateways.problem_list.new_list import as_new
from tests.gateways.problem_list.books import read_with


@pytest.mark.parametrize(
    ("said", "refused"), [("已销号", 1), ("2025-03-01", 1), ("未销号", 0), ("/", 0), ("", 0)]
)
def test_what_a_list_calls_closed_is_not_transferred(said: str, refused: int) -> None:
    told = as_new(read_with(是否销号=said))
    assert len(told.refused) == refused
    assert [e.code for row in told.refused for e in row.errors] == ["said_closed"] * refused


@pytest.mark.parametrize("heading", ["反馈日期", "验收情况", "承诺整改时限", "扣分情况"])
def test_what_happened_to_a_running_problem_is_told_to_be_passed_over(heading: str) -> None:
    told = as_new(read_with(**{heading: "2025-03-01"}))
    assert len(told.rows) == 1
    assert "existing_facts" in [note.note.code for note in told.reading.notes]


def test_an_ordinary_list_stays_as_it_was_read() -> None:
    read = read_with(备注="尽快", 反馈日期="/")
    assert as_new(read).reading.notes == read.reading.notes
