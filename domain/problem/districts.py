"""Whose the problem is: what the district says against it, and where it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain import events as e


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What became of the district's word that the problem is not its own; `upheld` None: open.

    `disputed` when it was raised again after a refusal: then the supervisor decides.
    """

    receipt_id: str
    round_no: int
    district: str
    received_at: datetime
    reason: str
    proper_district: str
    disputed: bool
    upheld: bool | None = None
    decided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassignment:
    """One change of district."""

    from_district: str
    to_district: str
    on: date
    why: e.ReassignedWhy
