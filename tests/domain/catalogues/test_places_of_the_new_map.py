"""Which unit a place belongs to since 2025-11-06: the town is a token of the address."""

from __future__ import annotations

from datetime import date

import pytest

from domain.catalogues.districts import bears_moved_name, units_by_place

YUBEI, BEIBEI, JIANGBEI, NEW_AREA = "500112", "500109", "500105", "500157"
NANAN = "500108"
AFTER, BEFORE = date(2025, 11, 6), date(2025, 11, 5)


@pytest.mark.parametrize(
    ("code", "address", "unit"),
    [
        (YUBEI, "渝北区统景镇示例路1号", BEIBEI),
        (YUBEI, "重庆市渝北区兴隆镇示例村3社", BEIBEI),
        (YUBEI, "重庆市 渝北区　茨竹镇", BEIBEI),
        (YUBEI, "重庆渝北大湾镇", BEIBEI),
        (YUBEI, "大盛镇示例村", BEIBEI),
        (YUBEI, "北碚区（原渝北区）兴隆镇", BEIBEI),
        (YUBEI, "原渝北区統景鎮示例村", BEIBEI),
        (YUBEI, "渝北区兴隆街道办事处旁", BEIBEI),
        (YUBEI, "示例公司（渝北区统景镇）", BEIBEI),
        (YUBEI, "渝北区龙溪街道兴隆路", NEW_AREA),
        (YUBEI, "渝北区木耳镇兴隆村2组", NEW_AREA),
        (YUBEI, "渝北区古路镇示例村", NEW_AREA),
        (YUBEI, "渝北区龙溪街道统景镇路5号", NEW_AREA),
        (YUBEI, "渝北区两江新区大竹林街道示例路", NEW_AREA),
        (YUBEI, "渝北区龙溪街道龙山街道交界处", NEW_AREA),
        (YUBEI, "渝北区龙溪街道大盛机械有限公司", NEW_AREA),
        (BEIBEI, "北碚区水土街道", NEW_AREA),
        (BEIBEI, "北碚区复兴镇示例路", NEW_AREA),
        (BEIBEI, "重庆市北碚区水土高新区复兴街道", NEW_AREA),
        (BEIBEI, "北碚区天生街道复兴路18号", None),
        (BEIBEI, "北碚区歇马街道水土环保公司", None),
        (JIANGBEI, "江北区示例路1号", NEW_AREA),
        (JIANGBEI, "", NEW_AREA),
        (NANAN, "南岸区兴隆镇", None),
    ],
)
def test_the_town_named_in_the_address_decides(code: str, address: str, unit: str | None) -> None:
    assert units_by_place(code, address, AFTER) == (unit or code,)


@pytest.mark.parametrize(
    ("code", "address"),
    [
        (YUBEI, ""),
        (YUBEI, "渝北区"),
        (YUBEI, "渝北区示例路1号"),
        (YUBEI, "渝北区兴隆路5号"),
        (YUBEI, "渝北区兴隆路统景镇农业公司"),
        (YUBEI, "渝北区兴隆镇路5号"),
        (YUBEI, "渝北区统景镇北路5号"),
        (YUBEI, "渝北区兴隆村"),
        (YUBEI, "渝北区统景温泉酒店"),
        (YUBEI, "渝北区统景"),
        (YUBEI, "渝北区兴隆乡村酒店"),
        (YUBEI, "渝北区新兴隆镇"),
        (YUBEI, "渝北区龙溪街道（原兴隆镇）"),
        (YUBEI, "渝北区统景镇龙溪街道"),
        (YUBEI, "渝北区新镇江路3号"),
        (YUBEI, "南岸区兴隆镇"),
        (YUBEI, "两江新区示例路"),
        (BEIBEI, "北碚区复兴路18号"),
        (BEIBEI, "北碚区复兴镇江食品公司"),
        (BEIBEI, "北碚区蔡家街道"),
        (BEIBEI, "北碚区水土高新区示例大道"),
    ],
)
def test_an_address_that_leaves_it_open_moves_nothing(code: str, address: str) -> None:
    assert set(units_by_place(code, address, AFTER)) == {NEW_AREA, BEIBEI}


def test_before_the_new_map_every_place_stays() -> None:
    assert units_by_place(YUBEI, "统景镇", BEFORE) == (YUBEI,)


def test_a_name_that_moved_is_noticed_in_whatever_it_stands() -> None:
    assert bears_moved_name(BEIBEI, "北碚区復興路")
    assert not bears_moved_name(BEIBEI, "北碚区示例路")
    assert not bears_moved_name(NANAN, "南岸区复兴路")
