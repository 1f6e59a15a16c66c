"""Putting a problem on the problem list and handing it to its district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.commands.values import BroughtIn, Facts
from domain.roles import CITY, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterProblem:
    """Put a problem on the problem list 问题清单."""

    name: ClassVar[str] = "register_problem"
    may: ClassVar[Right] = CITY
    problem_no: str
    facts: Facts
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferProblem:
    """Transfer the problem to its district; `on` is day zero of the feedback clock.

    `served_on` is the day on which it was handed over on paper or otherwise, `served_by` how; None
    where the notice by mail tells the district. `existing` brings in a problem that was transferred
    before it was entered here: what had happened to it by then.
    """

    name: ClassVar[str] = "transfer_problem"
    may: ClassVar[Right] = CITY
    on: date
    document_no: str
    by: Actor
    rectification_due_on: date | None = None
    served_on: date | None = None
    served_by: str = ""
    existing: BroughtIn | None = None


TransferCommand = RegisterProblem | TransferProblem
