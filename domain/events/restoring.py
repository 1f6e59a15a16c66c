"""A life that was broken off from outside, or lost, was begun again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from domain.roles import Actor


class Lost(StrEnum):
    """How a life came to be no more, without having ended, or not to be the right one any more.

    The last three run, and go the wrong way: two persons have them ended and begun again.
    """

    TERMINATED = "terminated"
    CANCELED = "canceled"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    MISSING = "missing"
    RESET = "reset"
    STARTED_TWICE = "started_twice"
    BEHIND = "behind"

    @property
    def label(self) -> str:
        """How it is said."""
        return _LABELS[self]


_LABELS = {
    Lost.TERMINATED: "被强行终止",
    Lost.CANCELED: "被取消",
    Lost.FAILED: "异常结束",
    Lost.TIMED_OUT: "超时结束",
    Lost.MISSING: "丢失",
    Lost.RESET: "被重置",
    Lost.STARTED_TWICE: "被另行启动",
    Lost.BEHIND: "落后于数据库的记录",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeRestored:
    """The life goes on in a new run, as one person proposed and another approved.

    Of the events before this one `from_log` are known from the store's event log alone: no history
    tells how they were decided.
    """

    lost: Lost
    proposed_by: Actor
    reason: str
    from_log: int = 0
    tag: Literal["life:restored"] = "life:restored"


RestoringEvent = LifeRestored
