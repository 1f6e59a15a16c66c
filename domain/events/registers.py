"""Numbers in outside registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.commands.values import Register


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterNumberRecorded:
    """The problem stands in an outside register under a number."""

    register: Register
    number: str
    tag: Literal["register:number_recorded"] = "register:number_recorded"


RegisterEvent = RegisterNumberRecorded
