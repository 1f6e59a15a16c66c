"""Taking a problem off without closing it; a closed one comes back as an act of two persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.roles import CITY, Actor, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeProblem:
    """合并办理: a duplicate joins the problem that goes on, of the same enterprise and content.

    What must match is carried along as the door read it from the other problem; `into_due_on` is
    the due date the other one is held to, None when its district owes nothing at present, and
    `into_is_listed` whether it stands on the supervisory list.
    """

    name: ClassVar[str] = "merge_problem"
    may: ClassVar[Right] = CITY
    into_no: str
    into_district: str
    into_enterprise: str
    into_key_content: str | None
    into_is_open: bool
    into_due_on: date | None
    reason: str
    by: Actor
    into_is_listed: bool = False
    into_further_contents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawProblem:
    """The bureau takes the problem back 撤回, before any feedback."""

    name: ClassVar[str] = "withdraw_problem"
    may: ClassVar[Right] = CITY
    reason: str
    by: Actor


StoppingCommand = MergeProblem | WithdrawProblem
