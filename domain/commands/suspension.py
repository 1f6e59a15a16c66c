"""Ending a suspension 暂缓办理; it begins as an act of two persons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.roles import CITY, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeProblem:
    """The suspension ends: the clocks go on with what was left."""

    name: ClassVar[str] = "resume_problem"
    may: ClassVar[Right] = CITY
    reason: str
    by: Actor


SuspensionCommand = ResumeProblem
