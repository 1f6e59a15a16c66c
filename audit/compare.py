"""The first difference between two values, named by its path, in plain words.

A sentence that the rules make of a code and figures may be worded otherwise by a later release: that
is noted with both texts and is no difference, as long as its figures are the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import Any

from domain import events as e
from domain.handled import CommandRecord
from domain.notices import NoticeOrder

_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_REASONS = frozenset(one.label for kind in (e.MovedWhy, e.FellWhy) for one in kind)
"""The reasons that the rules themselves give; what a person wrote is compared letter by letter."""


@dataclass(slots=True)
class Notes:
    """What was worded otherwise in the record than it would be today, each told once."""

    told: dict[str, None] = field(default_factory=dict)

    def add(self, note: str) -> None:
        """Note something once."""
        self.told[note] = None

    def worded(self, what: str, recorded: str, today: str) -> bool:
        """Note another wording of one sentence; False when it does not say the same figures."""
        if _figures(recorded) != _figures(today):
            return False
        if recorded != today:
            self.add(f"{what}的表述与今日不同：记录为“{recorded}”，今日为“{today}”")
        return True


def first_difference(
    recorded: Any, derived: Any, path: str = "", *, notes: Notes | None = None
) -> str | None:
    """Say where `recorded` first differs from `derived`; None when they are equal.

    Another wording of one sentence goes to the notes.
    """
    return _difference(recorded, derived, path, notes or Notes())


def _difference(recorded: Any, derived: Any, path: str, notes: Notes) -> str | None:
    if recorded == derived:
        return None
    if is_dataclass(recorded) and type(recorded) is type(derived):
        names = [one.name for one in fields(recorded)]
        return _first(names, lambda name: _in_field(recorded, derived, name, path, notes))
    if isinstance(recorded, tuple) and isinstance(derived, tuple):
        if len(recorded) == len(derived):
            return _first(
                range(len(recorded)),
                lambda at: _difference(recorded[at], derived[at], f"{path}[{at}]", notes),
            )
        return f"{path.lstrip('.')}：记录有 {len(recorded)} 项，按规则应为 {len(derived)} 项"
    return f"{path.lstrip('.')}：记录为 {_shown(recorded)}，按规则应为 {_shown(derived)}"


def _first(places: Any, look: Callable[[Any], str | None]) -> str | None:
    return next((found for place in places if (found := look(place)) is not None), None)


def _in_field(recorded: Any, derived: Any, name: str, path: str, notes: Notes) -> str | None:
    old, new, where = getattr(recorded, name), getattr(derived, name), f"{path}.{name}"
    if isinstance(derived, NoticeOrder) and name == "details":
        old = _reworded_details(old, new, notes)
    elif _is_sentence(derived, name, new) and isinstance(old, str):
        return (
            None if notes.worded(where.lstrip("."), old, new) else _difference_of(old, new, where)
        )
    return _difference(old, new, where, notes)


def _difference_of(old: str, new: str, where: str) -> str:
    return f"{where.lstrip('.')}：记录为 {_shown(old)}，按规则应为 {_shown(new)}"


def _is_sentence(derived: Any, name: str, text: Any) -> bool:
    if isinstance(derived, CommandRecord):
        return name == "refusal_message"
    return name in ("reason", "why") and not isinstance(text, Enum) and text in _REASONS


def _reworded_details(old: Any, new: Any, notes: Notes) -> Any:
    """Give recorded details with today's wording wherever it says the same."""
    today = dict(new)
    return tuple(
        (name, today[name])
        if today.get(name) in _REASONS and notes.worded(f"通知的 {name}", text, today[name])
        else (name, text)
        for name, text in old
    )


def _figures(text: str) -> Counter[str]:
    return Counter(_FIGURES.findall(text))


def _shown(value: Any) -> str:
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text if len(text) <= 120 else f"{text[:117]}…"
