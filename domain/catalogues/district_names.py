"""How a reporting unit is written: its name, and what offices set before and behind it."""

from __future__ import annotations

import re

from domain.catalogues.entry import squeezed

_SIMPLER = str.maketrans(
    "區縣慶長壽開萬涼雲陽鄉鎮豐墊門榮銅東態環勝兩濟術產業發興復蔡崗灣統龍",
    "区县庆长寿开万凉云阳乡镇丰垫门荣铜东态环胜两济术产业发兴复蔡岗湾统龙",
)
_BEFORE = re.compile(r"^(?:中国)?重庆市?(?:生态环境局)?(?=.{2})")
_BEHIND = re.compile(
    r"(?:人民政府|政府|管理委员会|管委会|区委|县委)(?:办公室)?$"
    r"|(?:生态环境|环境保护|环保)(?:局|分局|支队|办公室)$|生态环境保护综合行政执法支队$|分局$"
)
_TAIL = re.compile(r"(?:自治县|经开区|开发区|新区|[区县市])$")
_BETWEEN = re.compile(r"[、,，/／;；+＋&\s]+|[和及与]")


def simplified(text: str) -> str:
    """Write a name's traditional characters as the catalogues write them."""
    return text.translate(_SIMPLER)


def core_of(text: str) -> str:
    """Reduce a name to itself: without the city before it and the office behind it."""
    core = _BEFORE.sub("", simplified(squeezed(text)))
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
