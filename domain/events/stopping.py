"""The problem ended without being closed, or came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemMerged:
    """The problem goes on under another number 合并办理."""

    into_no: str
    on: date
    reason: str
    tag: Literal["problem:merged"] = "problem:merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemWithdrawn:
    """The bureau took the problem back."""

    on: date
    reason: str
    tag: Literal["problem:withdrawn"] = "problem:withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemReopened:
    """A closed problem came back 反弹 and goes on under its number."""

    on: date
    findings: str
    tag: Literal["problem:reopened"] = "problem:reopened"


StoppingEvent = ProblemMerged | ProblemWithdrawn | ProblemReopened
