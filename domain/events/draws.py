"""The random draw was held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitDrawn:
    """The random draw decided whether someone goes back to look."""

    draw_id: str
    drawn: bool
    tag: Literal["revisit:drawn"] = "revisit:drawn"


DrawEvent = RevisitDrawn
