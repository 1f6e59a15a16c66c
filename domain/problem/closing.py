"""Revisits, and the closure that a second person has to approve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.commands import RevisitResult
from domain.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """A revisit as recorded, by whom; `off_site` when nobody went."""

    on: date
    result: RevisitResult
    findings: str
    by: Actor
    off_site: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A closure waiting for the second person."""

    content_hash: str
    by: Actor
    at: datetime
