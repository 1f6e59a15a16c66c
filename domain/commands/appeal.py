"""Appealing a deduction and answering the appeal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.commands.values import EvidenceFile
from domain.roles import CITY, DISTRICTS, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDeduction:
    """The district appeals a deduction 申诉; `deduction` is the number of its event."""

    name: ClassVar[str] = "appeal_deduction"
    may: ClassVar[Right] = DISTRICTS
    receipt_id: str
    deduction: int
    district: str
    received_at: datetime
    reason: str
    content_sha256: str
    by: Actor
    files: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal:
    """The answer to an appeal, by someone else than the deduction's author.

    Upholding it only proposes the reversal: a second person approves.
    """

    name: ClassVar[str] = "decide_appeal"
    may: ClassVar[Right] = CITY
    receipt_id: str
    uphold: bool
    reason: str
    by: Actor


AppealCommand = AppealDeduction | DecideAppeal
