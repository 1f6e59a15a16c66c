"""How a reporting unit is written: its name, and what offices set before and behind it."""

from __future__ import annotations

import re

from domain.catalogues.entry import squeezed

_SIMPLER = str.maketrans(
    "區縣慶長壽開萬涼雲陽鄉鎮豐墊門榮銅東態環勝兩濟術產業發興復蔡崗灣統龍",
    "区县庆长寿开万凉云阳乡镇丰垫门荣铜东态环胜两济术产业发兴复蔡岗湾统龙",
)
_NUMBERED = re.compile(
    r"^(?:[(]?[\d一二三四五六七八九十]{1,3}[)、.,](?=\D)|(?:责任|所属|属地)?(?:区县|区[(]县[)]|单位|属地):)"
)
_BEFORE = re.compile(r"^(?:中国)?重庆市?(?:市辖区)?(?:生态环境局)?(?=.{2})")
_ROLE = re.compile(r"[(](?:本级|牵头|主责|主办|机关|全域|责任单位|属地)[)]$")
_BEHIND = re.compile(
    r"(?:人民政府|政府|管理委员会|管委会|区委|县委)(?:办公室)?$"
    r"|(?:生态环境|环境保护|环保|生态)(?:局|分局|支队|办公室)$|生态环境保护综合行政执法支队$|分局$"
    r"|(?:执法|综合执法|行政执法|综合行政执法)(?:支队|大队)$|大气(?:办|办公室)$"
)
_TAIL = re.compile(r"(?:自治县|经开区|开发区|新区|[区县市])$")
_WHOLE_NUMBER = re.compile(r"^(\d{6})\.0$")
_OWN_BRACKETS = re.compile(r"(?<=[^(])[(]([区县市]?)[)]$")
"""Brackets that hold nothing, or no more than what the name ends in: 丰都（县）."""
_BETWEEN = re.compile(r"[、,，/／;；+＋&\s]+|[和及与]")


def simplified(text: str) -> str:
    """Write a name's traditional characters as the catalogues write them."""
    return text.translate(_SIMPLER)


def core_of(text: str) -> str:
    """Reduce a name to itself: without the city before it and the office behind it."""
    bare = _ROLE.sub("", _NUMBERED.sub("", simplified(squeezed(text))))
    bare = _OWN_BRACKETS.sub(r"\1", bare)
    core = _BEFORE.sub("", _WHOLE_NUMBER.sub(r"\1", bare))
    shorter = _BEHIND.sub("", core)
    while shorter and shorter != core:
        core, shorter = shorter, _BEHIND.sub("", shorter)
    return core


def stem_of(core: str) -> str:
    """Return the part of a name that only this unit has: 秀山 of 秀山县."""
    return _TAIL.sub("", core) if len(core) > 2 else core


def likeness(first: str, second: str) -> float:
    """Say how far two stems are the same, character by character from the front."""
    a, b = stem_of(first), stem_of(second)
    same = sum(x == y for x, y in zip(a, b, strict=False))
    return same / max(len(a), len(b), 1)


def parts_of(text: str) -> tuple[str, ...]:
    """Return the names that a cell sets beside each other."""
    return tuple(part for part in _BETWEEN.split(text) if part)
