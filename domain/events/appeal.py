"""A deduction was appealed, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.commands.values import EvidenceFile
from domain.proof import ProofKind
from domain.stages import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealFiled:
    """The district appealed a deduction; the points stay, marked 申诉中."""

    receipt_id: str
    deduction: int
    received_at: datetime
    reason: str
    content_sha256: str
    files: tuple[EvidenceFile, ...] = ()
    tag: Literal["appeal:filed"] = "appeal:filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided:
    """The appeal was upheld, or refused."""

    receipt_id: str
    deduction: int
    upheld: bool
    reason: str
    tag: Literal["appeal:decided"] = "appeal:decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsReversed:
    """A deduction was taken back: one compensating ledger row with its decision.

    `proposal` is the number of the event that proposed it, `policy` the one now in force.
    """

    deduction: int
    proposal: int
    rule_id: str
    fact: Fact
    occurrence: int
    points: Decimal
    clause: str
    district: str
    year: int
    on: date
    policy: str
    tag: Literal["points:reversed"] = "points:reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsNoticeReceived:
    """The notice of a deduction is proven to have arrived; its appeal is counted from there.

    Of an officer's record `recipient` is the means by which it was served.
    """

    deduction: int
    kind: ProofKind
    recipient: str
    received_at: datetime
    tag: Literal["points:received"] = "points:received"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsNoticeFailed:
    """The notice of a deduction came back; `withdraws` where its proof rested on it."""

    deduction: int
    notice_key: str
    reported_at: datetime
    withdraws: bool
    tag: Literal["points:notice_failed"] = "points:notice_failed"


AppealEvent = (
    AppealFiled | AppealDecided | PointsReversed | PointsNoticeReceived | PointsNoticeFailed
)
