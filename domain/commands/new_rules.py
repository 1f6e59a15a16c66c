"""A new calendar or policy for a life that is under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.policy import Policy
from domain.roles import SUPERVISORS, Actor, Right
from domain.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCalendar:
    """A newly announced year comes into force for this life, previewed and approved for all."""

    name: ClassVar[str] = "apply_calendar"
    may: ClassVar[Right] = SUPERVISORS
    calendar: WorkCalendar
    content_hash: str
    proposed_by: Actor
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPolicy:
    """A new version of the policy comes into force for this life, previewed and approved.

    `rules_version` is the version of the rules that takes this life over with it, 0 for none.
    """

    name: ClassVar[str] = "apply_policy"
    may: ClassVar[Right] = SUPERVISORS
    policy: Policy
    proposed_by: Actor
    by: Actor
    rules_version: int = 0


NewRulesCommand = ApplyCalendar | ApplyPolicy
