"""What the bureau enters about the supervisory list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.roles import CITY, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordListNumber:
    """The number the municipal supervisory list itself gave; until then the entry reads 拟纳入."""

    name: ClassVar[str] = "record_list_number"
    may: ClassVar[Right] = CITY
    number: str
    by: Actor


ConsequenceCommand = RecordListNumber
