"""Whose problem it is was disputed, or changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from domain.commands.values import EvidenceFile


class ReassignedWhy(StrEnum):
    """Why a problem went to another district."""

    OBJECTION = "objection"
    CORRECTION = "correction"
    SUCCESSOR = "successor"

    @property
    def label(self) -> str:
        """The reason as it stands in the timeline."""
        return {
            "objection": "区县异议成立",
            "correction": "市级改派",
            "successor": "行政区划调整承继",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionRaised:
    """The district says the problem is not its own; `disputed` when refused once already."""

    receipt_id: str
    round_no: int
    received_at: datetime
    reason: str
    proper_district: str
    disputed: bool
    content_sha256: str
    files: tuple[EvidenceFile, ...] = ()
    tag: Literal["objection:raised"] = "objection:raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionDecided:
    """The objection was upheld, or refused.

    `rectification_due_on` is the transfer's own date where the refusal left too little of it.
    """

    receipt_id: str
    upheld: bool
    reason: str
    rectification_due_on: date | None = None
    tag: Literal["objection:decided"] = "objection:decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemReassigned:
    """The problem went to another district; its scores stay where they arose.

    `rectification_due_on` is the transfer's own date, with the days the first district had of it.
    `tells_anew` says that what its predecessor was told proves nothing of a successor.
    """

    from_district: str
    to_district: str
    on: date
    why: ReassignedWhy
    reason: str
    rectification_due_on: date | None = None
    tells_anew: bool = False
    tag: Literal["problem:reassigned"] = "problem:reassigned"


AssignmentEvent = ObjectionRaised | ObjectionDecided | ProblemReassigned
