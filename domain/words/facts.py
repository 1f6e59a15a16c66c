"""When and where a problem was found, in words."""

from __future__ import annotations

from domain.commands import Facts


def found_words(facts: Facts) -> str:
    """Say on which day a problem was found, with hour and minute where they are known."""
    if facts.found_on is None:
        return ""
    day = facts.found_on.isoformat()
    return f"{day} {facts.found_time:%H:%M}" if facts.found_time else day


def place_words(facts: Facts) -> str:
    """Say where a problem was found: its coordinates, nothing where they are not known."""
    return f"{facts.coordinates.words}（WGS-84）" if facts.coordinates else ""
