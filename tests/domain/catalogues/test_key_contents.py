"""What is no key content is answered with those it may have meant."""

from __future__ import annotations

import pytest

from domain.catalogues.key_contents import alike


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("工地扬沙", ["construction_dust"]),
        ("旁路排放", ["excessive_emission", "covert_discharge", "off_road_machinery"]),
        ("无", []),
        ("", []),
    ],
)
def test_entries_that_share_words_are_offered_the_likeliest_first(
    typed: str, meant: list[str]
) -> None:
    assert [entry.code for entry in alike(typed)] == meant


def test_at_most_four_are_offered() -> None:
    assert len(alike("大气污染物排放在线监测数据弄虚作假的监测报告台账设施")) == 4
