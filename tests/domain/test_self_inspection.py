"""A district's own list: a day for what is corrected, and never a point."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.commands import RectificationState
from domain.refusals import WrongContent
from domain.self_inspection import demand_plausible
from tests.worlds.problems import ENTRY, TODAY


def test_what_is_corrected_has_a_day_that_has_come() -> None:
    demand_plausible(ENTRY, TODAY)
    with pytest.raises(WrongContent) as missing:
        demand_plausible(replace(ENTRY, corrected_on=None), TODAY)
    assert missing.value.code == "correction_date_missing"
    with pytest.raises(WrongContent) as to_come:
        demand_plausible(replace(ENTRY, corrected_on=date(2024, 6, 25)), TODAY)
    assert to_come.value.code == "date_not_plausible"


def test_what_is_not_corrected_needs_no_day() -> None:
    for state in (RectificationState.IN_PROGRESS, RectificationState.NOT_BEGUN):
        demand_plausible(replace(ENTRY, state=state, corrected_on=None), TODAY)
