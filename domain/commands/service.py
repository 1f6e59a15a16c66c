"""Making sure that the district was told: service, another notice, a bounce, pressing by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from domain.proof import ProofKind
from domain.roles import CITY, SYSTEM_ALONE, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordService:
    """The officer records that the notice of the open round was served 送达 on a day."""

    name: ClassVar[str] = "record_service"
    may: ClassVar[Right] = CITY
    served_on: date
    means: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReminder:
    """The officer presses by hand 催办."""

    name: ClassVar[str] = "send_reminder"
    may: ClassVar[Right] = CITY
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReissueNotice:
    """The round's notice goes out once more, another contact having been named; days restart."""

    name: ClassVar[str] = "reissue_notice"
    may: ClassVar[Right] = CITY
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProof:
    """The first proof that the notice of a round arrived: of which kind, at whom, at what instant."""

    name: ClassVar[str] = "record_proof"
    may: ClassVar[Right] = SYSTEM_ALONE
    round_no: int
    kind: ProofKind
    recipient: str
    proven_at: datetime
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBounce:
    """A notice the relay had accepted came back undelivered; `recipient` is empty where unknown."""

    name: ClassVar[str] = "report_bounce"
    may: ClassVar[Right] = SYSTEM_ALONE
    round_no: int
    notice_key: str
    reported_at: datetime
    by: Actor
    recipient: str = ""


ServiceCommand = RecordService | SendReminder | ReissueNotice | RecordProof | ReportBounce
