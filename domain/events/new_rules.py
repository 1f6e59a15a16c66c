"""Other rules judge this life from now on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarApplied:
    """Another calendar counts this life's days from now on."""

    calendar_version: str
    content_hash: str
    proposed_by: Actor
    tag: Literal["calendar:applied"] = "calendar:applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyApplied:
    """Another policy judges this life from now on.

    `counts_anew` since FAIR_POINTS: what happened before is no occurrence of its rules.
    `rules_version` is the version of the rules that judges from now on, 0 where it stays. `awaits_proof`
    where the open round waits for proof of service from now on, `holds_request` where its waiting request
    for more time holds what would fall due: both are judged by what comes after. `appeal_days` are the
    working days within which a deduction made so far may be appealed, where the new policy gives others.
    """

    policy: str
    content_hash: str
    proposed_by: Actor
    counts_anew: bool = False
    rules_version: int = 0
    awaits_proof: bool = False
    holds_request: bool = False
    appeal_days: int = 0
    tag: Literal["policy:applied"] = "policy:applied"


NewRulesEvent = CalendarApplied | PolicyApplied
