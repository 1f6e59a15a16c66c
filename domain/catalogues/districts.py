"""The reporting units of Chongqing, each with the time of its validity and its successors.

The 2024 plan knows 41 units: 38 districts and counties and three functional areas (plan 二（二）,
and the addressees of its covering letter). On 2025-11-06 江北区 and 渝北区 were abolished and
两江新区 set up as a district, code 500157 (渝府发〔2025〕15号); five towns of 渝北 (大湾, 统景,
大盛, 兴隆, 茨竹) went to 北碚区. Functional areas have no code of GB/T 2260, hence one of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.catalogues.addresses import names_one_of, resembles_another, towns_in
from domain.catalogues.district_hints import alike, called_once, held_in
from domain.catalogues.district_names import core_of, parts_of
from domain.catalogues.entry import squeezed

_LAST_DAY_OF_OLD_MAP = date(2025, 11, 5)
_FIRST_DAY_OF_NEW_MAP = date(2025, 11, 6)


class Region(StrEnum):
    """How far a unit belongs to the plan's key regions 重点区域 (plan 二（二）)."""

    WHOLE_AREA = "whole_area"
    PARTIAL = "partial"
    NOT_NAMED = "not_named"

    @property
    def label(self) -> str:
        """The kind of region in Chinese."""
        return _REGION_LABELS[self]


_REGION_LABELS = {
    Region.WHOLE_AREA: "全域",
    Region.PARTIAL: "城市建成区和市级及以上园区等重点场所所在街道（镇）",
    Region.NOT_NAMED: "未列入重点区域",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A reporting unit 区县.

    Valid from `valid_from` (None: before the plan) through `valid_to` (None: still); the first of
    `successors` takes over its open problems unless an officer says otherwise.
    """

    code: str
    name: str
    short: str
    region: Region
    bureau: str
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()

    def is_valid(self, on: date) -> bool:
        """Tell whether the unit existed on that day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything the unit is called in lists, code included."""
        return (self.code, self.name, self.short, f"重庆市{self.name}", self.bureau, *self.aliases)


def _unit(
    region: Region,
    code: str,
    name: str,
    *aliases: str,
    short: str = "",
    bureau: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    successors: tuple[str, ...] = (),
) -> District:
    return District(
        code=code,
        name=name,
        short=short or (name[:-1] if len(name) > 2 else name),
        region=region,
        bureau=bureau or f"{name}生态环境局",
        aliases=aliases,
        valid_from=valid_from,
        valid_to=valid_to,
        successors=successors,
    )


_WHOLE, _PART, _UNNAMED = Region.WHOLE_AREA, Region.PARTIAL, Region.NOT_NAMED

DISTRICTS = (
    _unit(_WHOLE, "500103", "渝中区"),
    _unit(_WHOLE, "500104", "大渡口区"),
    _unit(_WHOLE, "500105", "江北区", valid_to=_LAST_DAY_OF_OLD_MAP, successors=("500157",)),
    _unit(_WHOLE, "500106", "沙坪坝区"),
    _unit(_WHOLE, "500107", "九龙坡区"),
    _unit(_WHOLE, "500108", "南岸区"),
    _unit(_WHOLE, "500109", "北碚区"),
    _unit(
        _WHOLE,
        "500112",
        "渝北区",
        valid_to=_LAST_DAY_OF_OLD_MAP,
        successors=("500157", "500109"),
    ),
    _unit(_WHOLE, "500113", "巴南区"),
    _unit(_WHOLE, "500116", "江津区", "江津市"),
    _unit(_WHOLE, "500117", "合川区", "合川市"),
    _unit(_WHOLE, "500118", "永川区", "永川市"),
    _unit(_WHOLE, "500111", "大足区", "大足县"),
    _unit(_WHOLE, "500120", "璧山区", "璧山县"),
    _unit(_WHOLE, "500151", "铜梁区", "铜梁县"),
    _unit(_WHOLE, "500152", "潼南区", "潼南县"),
    _unit(_WHOLE, "500153", "荣昌区", "荣昌县"),
    _unit(
        _WHOLE,
        "CQ-LJXQ",
        "两江新区",
        "重庆市生态环境局两江新区分局",
        short="两江",
        bureau="两江新区分局",
        valid_to=_LAST_DAY_OF_OLD_MAP,
        successors=("500157",),
    ),
    _unit(
        _WHOLE,
        "CQ-GXQ",
        "西部科学城重庆高新区",
        "重庆高新区",
        "重庆高新技术产业开发区",
        "西部（重庆）科学城",
        "西部科学城",
        "科学城重庆高新区",
        "高新技术产业开发区",
        short="高新区",
    ),
    _unit(_PART, "500101", "万州区"),
    _unit(_PART, "500114", "黔江区"),
    _unit(_PART, "500102", "涪陵区", "涪陵市"),
    _unit(_PART, "500115", "长寿区", "长寿县"),
    _unit(_PART, "500119", "南川区", "南川市"),
    _unit(_PART, "500110", "綦江区", "綦江县"),
    _unit(_PART, "500154", "开州区", "开县", "500234"),
    _unit(_PART, "500155", "梁平区", "梁平县", "500228"),
    _unit(_PART, "500156", "武隆区", "武隆县", "500232"),
    _unit(_PART, "500230", "丰都县"),
    _unit(_PART, "500231", "垫江县"),
    _unit(_PART, "500233", "忠县"),
    _unit(_PART, "500235", "云阳县"),
    _unit(
        _PART,
        "CQ-WSJK",
        "万盛经开区",
        "万盛经济技术开发区",
        "万盛区",
        "万盛",
        short="万盛经开区",
    ),
    _unit(_UNNAMED, "500229", "城口县"),
    _unit(_UNNAMED, "500236", "奉节县"),
    _unit(_UNNAMED, "500237", "巫山县"),
    _unit(_UNNAMED, "500238", "巫溪县"),
    _unit(_UNNAMED, "500240", "石柱土家族自治县", "石柱县", "石柱自治县", short="石柱"),
    _unit(_UNNAMED, "500241", "秀山土家族苗族自治县", "秀山县", "秀山自治县", short="秀山"),
    _unit(_UNNAMED, "500242", "酉阳土家族苗族自治县", "酉阳县", "酉阳自治县", short="酉阳"),
    _unit(_UNNAMED, "500243", "彭水苗族土家族自治县", "彭水县", "彭水自治县", short="彭水"),
    _unit(
        _WHOLE,
        "500157",
        "两江新区",
        short="两江",
        valid_from=_FIRST_DAY_OF_NEW_MAP,
    ),
)

_BY_CODE = {unit.code: unit for unit in DISTRICTS}
_WRITTEN = {unit.code: (unit.code, unit.name, unit.short) for unit in DISTRICTS}
_BY_SPELLING: dict[str, tuple[District, ...]] = {}
for _district in DISTRICTS:
    for _key in {squeezed(spelling) for spelling in _district.spellings}:
        _BY_SPELLING[_key] = (*_BY_SPELLING.get(_key, ()), _district)
_BY_CORE: dict[str, tuple[District, ...]] = {}
for _district in DISTRICTS:
    for _key in {core_of(name) for name in (_district.name, _district.short, *_district.aliases)}:
        _BY_CORE[_key] = (*_BY_CORE.get(_key, ()), _district)
_CODES_BY_CORE = {key: tuple(unit.code for unit in units) for key, units in _BY_CORE.items()}


def district(code: str) -> District:
    """Give the unit with this code, abolished ones included; raises KeyError when unknown."""
    return _BY_CODE[code]


def valid_districts(on: date) -> tuple[District, ...]:
    """Give the units that existed on that day, in the order of the plan."""
    return tuple(unit for unit in DISTRICTS if unit.is_valid(on))


def find_district(text: str, on: date) -> District | None:
    """Give the unit that `text` names exactly on that day, or None.

    Code, full and short name, bureau and known aliases are exact; width, spaces, invisible and
    traditional characters do not matter, nor the city before the name and the office behind it.
    """
    return next((unit for unit in _named(text) if unit.is_valid(on)), None)


def is_district(text: str) -> bool:
    """Tell whether `text` names a unit on any day."""
    return bool(_named(text))


def districts_in(text: str) -> tuple[str, ...]:
    """Give the names of units that `text` sets beside each other, none when it names but one."""
    parts = parts_of(text)
    several = len(parts) > 1 and all(map(is_district, parts))
    return tuple(_named(part)[-1].name for part in parts) if several else ()


def suggest_districts(text: str, on: date) -> tuple[District, ...]:
    """Give up to three units that `text` may mean on that day, likeliest first.

    Its successors, or the units whose names it holds: 綦江区（万盛经开区）, or those it looks like.
    """
    core = core_of(text)
    own = [unit.code for unit in _named(text)]
    for codes in (own, called_once(core), held_in(core, _WRITTEN), alike(core, _CODES_BY_CORE)):
        valid = [unit for code in codes for unit in _as_on(district(code), on)]
        if valid:
            return tuple(dict.fromkeys(valid))[:3]
    return ()


def _as_on(unit: District, on: date) -> tuple[District, ...]:
    heirs = () if unit.is_valid(on) else map(district, unit.successors)
    return tuple(one for one in (unit, *heirs) if one.is_valid(on))


def _named(text: str) -> tuple[District, ...]:
    core = core_of(text)
    found = (_BY_SPELLING.get(squeezed(text)), _BY_SPELLING.get(core), _BY_CORE.get(core))
    return tuple(dict.fromkeys(unit for units in found for unit in units or ()))


_MOVED_PLACES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("500112", "500109", ("大湾", "统景", "大盛", "兴隆", "茨竹")),
    ("500109", "500157", ("水土", "复兴", "蔡家岗", "施家梁", "童家溪")),
)
"""Streets and towns that changed hands on 2025-11-06: from, to, their names (渝府发〔2025〕15号)."""


def takers_of(code: str) -> tuple[str, ...]:
    """Give the units that may take over problems of a unit: its successors, and where parts went."""
    parts = (to for giver, to, _ in _MOVED_PLACES if giver == code)
    return tuple(dict.fromkeys((*district(code).successors, *parts)))


def units_by_place(code: str, address: str, on: date) -> tuple[str, ...]:
    """Give the units that a problem of a unit at `address` may belong to on a day, likeliest first.

    One where the town that the address names decides, or where no part went elsewhere; several
    where a person has to say.
    """
    unit = district(code)
    if on < _FIRST_DAY_OF_NEW_MAP:
        return (code,)
    rest = code if unit.is_valid(on) else unit.successors[0]
    moved = _moved_from(code)
    if not moved:
        return (rest,)
    own = [district(one) for one in (code, *takers_of(code))]
    before = [name for one in own for name in (one.name, one.short, f"{one.short}区")]
    strangers = {one.name for one in DISTRICTS} - {one.name for one in own}
    towns = () if names_one_of(address, strangers) else towns_in(address, before, moved)
    if not towns or any(resembles_another(town, moved) for town in towns):
        return tuple(dict.fromkeys((rest, *moved.values())))
    return tuple(dict.fromkeys(moved.get(town, rest) for town in towns))


def _moved_from(code: str) -> dict[str, str]:
    return {place: to for giver, to, places in _MOVED_PLACES if giver == code for place in places}


def bears_moved_name(code: str, address: str) -> bool:
    """Tell whether an address holds the name of a town that the unit gave away, as whatever."""
    return names_one_of(address, _moved_from(code))
