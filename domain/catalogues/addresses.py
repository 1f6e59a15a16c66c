"""The town 街道、镇、乡 that an address names: a token of its own behind the district.

A road, a village or a company that only bears a town's name says nothing of where it lies
(北碚区复兴路 is not 复兴镇), and neither does a name that merely contains it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.catalogues.district_names import simplified
from domain.catalogues.entry import squeezed

_NOT_A_ROAD = r"(?!.?(?:路|街|巷|大道|道)|口)"
_KIND = (
    rf"(?:街道(?:办事处|办)?{_NOT_A_ROAD}"
    rf"|镇{_NOT_A_ROAD}(?![江海味])"
    r"|乡(?![村情音土镇愁味里间企亲居]))"
)
_TOWN = re.compile(rf"\|*(?:原)?([一-鿿]{{2,5}}?){_KIND}")
_AREA = re.compile(
    r"[^|镇乡]{2,8}?(?:园区|新城|开发区|经开区|高新区|保税港?区|组团|片区|新区)(?!路|大道)"
)
_BREAK = re.compile(r"[^\w]+")
_ROADS = re.compile(r"[路街巷村号]")
_LEAD = re.compile(r"\|*(?:中国|重庆市?|市辖区|原(?=.{1,3}[区县]))")


def towns_in(address: str, units: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Give the names of the towns that `address` names, none where it names none for sure.

    `units` are the districts that may stand before the town, `names` the towns that are looked for
    behind the first one too: an address that names two is not sure.
    """
    text = _BREAK.sub("|", simplified(squeezed(address)))
    units = sorted(units, key=len, reverse=True)
    rest = _behind(text, units)
    first = _TOWN.match(rest)
    if first is None:
        unit = next((unit for unit in units if unit[-1] in "区县" and unit in rest), None)
        rest = _behind(rest.partition(unit)[2], units) if unit else ""
        first = _TOWN.match(rest)
    if first is None or (_ROADS.search(first[1]) and len(first[1]) > 2):
        return ()
    further = rest[first.end() :]
    second = _TOWN.match(further)
    others = [name for name in names if re.search(name + _KIND, further)]
    return tuple(dict.fromkeys((first[1], *([second[1]] if second else ()), *others)))


def _behind(text: str, units: Iterable[str]) -> str:
    """Cut off the city, the districts and the named areas that stand before the town."""
    before = ""
    while text != before:
        before = text
        text = _LEAD.sub("", text, count=1) if _LEAD.match(text) else text
        text = next((text[len(unit) :] for unit in units if text.startswith(unit)), text).lstrip(
            "|"
        )
        area = _AREA.match(text)
        text = text[area.end() :] if area else text
    return text


def names_one_of(address: str, names: Iterable[str]) -> bool:
    """Tell whether one of `names` stands in the address, as whatever it may be."""
    text = simplified(squeezed(address))
    return any(name in text for name in names)


def resembles_another(town: str, names: Iterable[str]) -> bool:
    """Tell whether a town's name holds another's, or is held by it: 蔡家 and 蔡家岗."""
    return any(town != name and (town in name or name in town) for name in names)
