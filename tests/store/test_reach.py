"""However a telephone number is written, it is the same number."""

from __future__ import annotations

import pytest

from store.registers.reach import mobile_numbers, telephone_numbers

SAME = {
    "13900000001": (
        "139 0000 0001",
        "139-0000-0001",
        "+86 139 0000 0001",
        "+86-013900000001",
        "0086 13900000001",
        "８６１３９０００００００１",
        "手机：13900000001",
        "13900000001转8",
        "13900000001 ext.8",
    ),
    "63000000": ("023-63000000", "02363000000", "+86 23 6300 0000", "(023)63000000", "6300-0000"),
    "12345": ("12345", "热线12345"),
}


@pytest.mark.parametrize(("number", "written"), SAME.items(), ids=SAME)
def test_a_number_is_known_however_it_is_written(number: str, written: tuple[str, ...]) -> None:
    assert {telephone_numbers(one) for one in written} == {frozenset({number})}


def test_each_of_several_numbers_is_known() -> None:
    for between in ("、", "，", "/", ";", " ", "或"):
        told = telephone_numbers(f"13900000001{between}023-63000000")
        assert told == {"13900000001", "63000000"}, between


def test_only_a_mobile_number_is_one_persons() -> None:
    assert mobile_numbers("023-63000000转13、13900000001") == {"13900000001"}
    assert telephone_numbers("") == telephone_numbers("无") == telephone_numbers("8") == frozenset()
