"""What the random draw came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.roles import CITY, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDraw:
    """What the random draw 双随机 came to for this problem: a revisit, or none."""

    name: ClassVar[str] = "record_draw"
    may: ClassVar[Right] = CITY
    draw_id: str
    drawn: bool
    by: Actor


DrawCommand = RecordDraw
