"""Whose problem it is: objections, corrections, successors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.commands.values import EvidenceFile
from domain.roles import CITY, DISTRICTS, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseObjection:
    """The district says the problem is not its own 退回; a second time disputes the refusal.

    `proper_district` is the unit it names instead, empty when it names none.
    """

    name: ClassVar[str] = "raise_objection"
    may: ClassVar[Right] = DISTRICTS
    receipt_id: str
    round_no: int
    district: str
    received_at: datetime
    reason: str
    content_sha256: str
    by: Actor
    proper_district: str = ""
    files: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideObjection:
    """The answer to an objection; upheld, the problem moves to `to_district`."""

    name: ClassVar[str] = "decide_objection"
    may: ClassVar[Right] = CITY
    receipt_id: str
    uphold: bool
    reason: str
    by: Actor
    to_district: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignProblem:
    """The bureau corrects its own choice of district 改派; the new one gets a fresh round."""

    name: ClassVar[str] = "reassign_problem"
    may: ClassVar[Right] = CITY
    to_district: str
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignSuccessor:
    """A unit has ended, or a town changed hands: the successor takes over what is open."""

    name: ClassVar[str] = "assign_successor"
    may: ClassVar[Right] = CITY
    to_district: str
    reason: str
    by: Actor


AssignmentCommand = RaiseObjection | DecideObjection | ReassignProblem | AssignSuccessor
