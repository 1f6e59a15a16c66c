"""Numbers in outside registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.commands.values import Register
from domain.roles import CITY, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRegisterNumber:
    """The number the problem was given in one of the two outside registers."""

    name: ClassVar[str] = "record_register_number"
    may: ClassVar[Right] = CITY
    register: Register
    number: str
    by: Actor


RegisterCommand = RecordRegisterNumber
