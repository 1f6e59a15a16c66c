"""The problem was put on the list and handed to its district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.commands.values import BroughtIn, Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRegistered:
    """The problem stands on the problem list."""

    problem_no: str
    facts: Facts
    route: str
    tag: Literal["problem:registered"] = "problem:registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemTransferred:
    """The problem was handed to its district."""

    on: date
    document_no: str
    rectification_due_on: date | None
    tag: Literal["problem:transferred"] = "problem:transferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemBroughtIn:
    """A running problem was brought in by two persons, with what had happened to it before."""

    existing: BroughtIn
    tag: Literal["problem:brought_in"] = "problem:brought_in"


TransferEvent = ProblemRegistered | ProblemTransferred | ProblemBroughtIn
