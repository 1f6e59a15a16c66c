"""Reading JSON strictly: what today's types do not know, or what stands there twice, is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


class Doubled(ValueError):
    """One name stands twice in one object; readers do not agree which of the two counts."""


def strictly(data: bytes | str) -> Any:
    """Read JSON; raises `Doubled`, and ValueError for what is no JSON."""
    return json.loads(data, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise Doubled(next(name for name in names if names.count(name) > 1))
    return found


def unknown_in(recorded: Any, read: Any, path: str = "") -> Iterator[str]:
    """Give the paths that a record has and its value, once read and written again, has not."""
    if isinstance(recorded, dict) and isinstance(read, dict):
        for name, inner in recorded.items():
            if name in read:
                yield from unknown_in(inner, read[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}".lstrip(".")
    elif isinstance(recorded, list) and isinstance(read, list):
        for place, (inner, again) in enumerate(zip(recorded, read, strict=False)):
            yield from unknown_in(inner, again, f"{path}[{place}]")
