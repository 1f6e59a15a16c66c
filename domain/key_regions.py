"""Whether a problem lies in a key region 重点区域 (plan 二（二））.

Of some units the whole area belongs to them, of others only 城市建成区 and the streets or towns of
parks of the city's level and above: there somebody must say whether the place lies inside.
"""

from __future__ import annotations

from domain.catalogues.districts import Region, district


def is_asked(unit: str) -> bool:
    """Say whether a unit belongs to the key regions in part, so that the place must be told."""
    return district(unit).region is Region.PARTIAL


def lies_inside(unit: str, inside: bool | None) -> bool | None:
    """Say whether a problem of a unit lies in a key region; None while nobody said.

    `inside` is what was answered for units that belong in part.
    """
    if is_asked(unit):
        return inside
    return district(unit).region is Region.WHOLE_AREA


def region_words(unit: str, inside: bool | None) -> str:
    """Say the same in words, with what it rests on."""
    if not is_asked(unit):
        whole = district(unit).region is Region.WHOLE_AREA
        return "是（全域）" if whole else "否（未列入重点区域）"
    if inside is None:
        return "待核（部分区域列入，未填是否在城市建成区或园区内）"
    return "是（城市建成区或园区内）" if inside else "否（城市建成区和园区外）"
