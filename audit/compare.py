"""The first difference between two values, named by its path, in plain words."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any


def first_difference(recorded: Any, derived: Any, path: str = "") -> str | None:
    """Say where `recorded` first differs from `derived`; None when they are equal."""
    if recorded == derived:
        return None
    if is_dataclass(recorded) and type(recorded) is type(derived):
        for one in fields(recorded):
            inner = first_difference(
                getattr(recorded, one.name), getattr(derived, one.name), f"{path}.{one.name}"
            )
            if inner is not None:
                return inner
    if isinstance(recorded, tuple) and isinstance(derived, tuple):
        if len(recorded) == len(derived):
            for place, (left, right) in enumerate(zip(recorded, derived, strict=True)):
                inner = first_difference(left, right, f"{path}[{place}]")
                if inner is not None:
                    return inner
        return f"{path.lstrip('.')}：记录有 {len(recorded)} 项，按规则应为 {len(derived)} 项"
    return f"{path.lstrip('.')}：记录为 {_shown(recorded)}，按规则应为 {_shown(derived)}"


def _shown(value: Any) -> str:
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text if len(text) <= 120 else f"{text[:117]}…"
