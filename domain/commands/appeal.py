"""Appealing a deduction and answering the appeal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.commands.values import EvidenceFile
from domain.proof import ProofKind
from domain.roles import CITY, DISTRICTS, SYSTEM_ALONE, Actor, Right


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPointsReceipt:
    """The first proof that the notice of a deduction arrived 扣分告知送达.

    The system hands in what it knows of its mails; an officer records service by other means: then
    `recipient` says by which, and `received_at` is the first instant of the day.
    """

    name: ClassVar[str] = "record_points_receipt"
    may: ClassVar[Right] = CITY | SYSTEM_ALONE
    deduction: int
    kind: ProofKind
    recipient: str
    received_at: datetime
    by: Actor


AppealCommand = AppealDeduction | DecideAppeal | RecordPointsReceipt
