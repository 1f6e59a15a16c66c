"""Asking for more time and answering it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from domain.commands.values import EvidenceFile
from domain.roles import CITY, DISTRICTS, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExtension:
    """The district asks for more time 延期, before the round expires, until `wanted_on`."""

    name: ClassVar[str] = "request_extension"
    may: ClassVar[Right] = DISTRICTS
    receipt_id: str
    round_no: int
    district: str
    received_at: datetime
    wanted_on: date
    reason: str
    content_sha256: str
    by: Actor
    files: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideExtension:
    """The answer to a request: granted until `until` (None: the day asked for), or refused.

    Granting a further one only proposes it: the supervisor approves.
    """

    name: ClassVar[str] = "decide_extension"
    may: ClassVar[Right] = CITY
    receipt_id: str
    grant: bool
    reason: str
    by: Actor
    until: date | None = None


ExtensionCommand = RequestExtension | DecideExtension
