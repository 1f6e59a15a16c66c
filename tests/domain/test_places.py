"""Where a problem was found: on the map, and in or outside a key region."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from domain.coordinates import Coordinates
from domain.key_regions import is_asked, lies_inside, region_words
from domain.words.facts import found_words, place_words
from tests.worlds.life import some_facts

WANZHOU, YUZHONG, CHENGKOU = "500101", "500103", "500229"


def at(longitude: str, latitude: str) -> Coordinates:
    return Coordinates(longitude=Decimal(longitude), latitude=Decimal(latitude))


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        (at("106.5516", "29.563"), True),
        (at("105.28", "28.16"), True),
        (at("110.2", "32.22"), True),
        (at("105.27", "29.5"), False),
        (at("110.21", "29.5"), False),
        (at("106.5", "28.15"), False),
        (at("106.5", "32.23"), False),
        (at("29.563", "106.5516"), False),
    ],
)
def test_a_point_outside_the_citys_borders_cannot_be_in_the_city(
    point: Coordinates, inside: bool
) -> None:
    assert point.may_be_in_chongqing is inside


@pytest.mark.parametrize(
    ("unit", "said", "inside", "words"),
    [
        (YUZHONG, None, True, "是（全域）"),
        (CHENGKOU, None, False, "否（未列入重点区域）"),
        (WANZHOU, True, True, "是（城市建成区或园区内）"),
        (WANZHOU, False, False, "否（城市建成区和园区外）"),
        (WANZHOU, None, None, "待核（部分区域列入，未填是否在城市建成区或园区内）"),
    ],
)
def test_only_where_a_unit_belongs_in_part_the_place_decides(
    unit: str, said: bool | None, inside: bool | None, words: str
) -> None:
    assert lies_inside(unit, said) is inside
    assert region_words(unit, said) == words
    assert is_asked(unit) is (unit == WANZHOU)


def test_hour_and_place_are_said_where_they_are_known() -> None:
    bare, on = some_facts(), some_facts(found_on=date(2024, 6, 20))
    known = some_facts(
        found_on=date(2024, 6, 20), found_time=time(14, 5), coordinates=at("106.5516", "29.563")
    )
    assert (found_words(bare), place_words(bare)) == ("", "")
    assert found_words(on) == "2024-06-20"
    assert found_words(known) == "2024-06-20 14:05"
    assert place_words(known) == "东经106.5516°，北纬29.563°（WGS-84）"
