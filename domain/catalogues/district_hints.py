"""Which reporting unit 区县 a name may mean that is none: never taken, only asked."""

from __future__ import annotations

from collections.abc import Mapping

from domain.catalogues.district_names import likeness

_CALLED_NO_LONGER = {"双桥": "500111", "巴县": "500113", "江北县": "500112"}
"""双桥经开区 lies in 大足区; 巴县 and 江北县 were renamed in 1994."""


def called_once(core: str) -> list[str]:
    """Give the code of the unit that bore a name before the plan, or an office of whose bears it."""
    return [code for place, code in _CALLED_NO_LONGER.items() if core.startswith(place)]


def held_in(core: str, names: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Give the codes of the units whose names stand in a text, in the order of the text."""
    found = {code: place for code, own in names.items() if (place := _first_place(core, own)) >= 0}
    return sorted(found, key=lambda code: found[code])


def _first_place(core: str, names: tuple[str, ...]) -> int:
    places = (core.find(name) for name in names)
    return min((place for place in places if place >= 0), default=-1)


def alike(core: str, names: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Give the codes of the units whose own part of the name looks like a text, likeliest first."""
    likely = sorted(names, key=lambda name: -likeness(core, name))
    return [code for name in likely if likeness(core, name) >= 0.5 for code in names[name]]
