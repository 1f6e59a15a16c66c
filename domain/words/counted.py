"""What a round's days are counted from, told from what kind of round it is and how it moved."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from domain import events as e
from domain.local_time import day_of
from domain.problem import Problem, Round
from domain.stages import RoundKind
from domain.words.days import day_brief, day_text


class CountedFrom(StrEnum):
    """The event whose day a round is counted from."""

    TRANSFER = "transfer"
    REGISTRATION = "registration"
    REASSIGNMENT = "reassignment"
    RETURN = "return"
    REDO = "redo"
    SERVICE = "service"
    REISSUE = "reissue"
    RESUMPTION = "resumption"

    @property
    def label(self) -> str:
        """The event's day in Chinese."""
        return {
            "transfer": "移交之日",
            "registration": "登记移交之日",
            "reassignment": "改派之日",
            "return": "退回补充之日",
            "redo": "要求重新整改之日",
            "service": "送达之日",
            "reissue": "重新送达之日",
            "resumption": "恢复计时之日",
        }[self.value]


def first_counted_from(round_: Round) -> CountedFrom:
    """Say what a round was counted from when it opened.

    A second round of feedback there is only where another district got the problem. From the
    registration where a transfer dated back would have left too few days.
    """
    if round_.kind is RoundKind.SUPPLEMENT:
        return CountedFrom.RETURN
    if round_.kind is RoundKind.RECTIFICATION:
        return CountedFrom.REDO
    if round_.entered_late:
        return CountedFrom.REGISTRATION
    return CountedFrom.TRANSFER if round_.round_no == 1 else CountedFrom.REASSIGNMENT


def counted_from_what(round_: Round, problem: Problem) -> CountedFrom | None:
    """Say what a round is counted from now; None for a date that was agreed, which is not counted."""
    if round_.counted_from > first_day(round_, problem):
        if any(one.resumed_on == round_.counted_from for one in problem.suspensions):
            return CountedFrom.RESUMPTION
        served = round_.served_on == round_.counted_from or not round_.reissues
        return CountedFrom.SERVICE if served else CountedFrom.REISSUE
    return None if round_.agreed else first_counted_from(round_)


def first_day(round_: Round, problem: Problem) -> date:
    """Give the day a round was counted from when it opened."""
    if first_counted_from(round_) is CountedFrom.TRANSFER and problem.transferred_on is not None:
        return problem.transferred_on
    return day_of(round_.opened_at)


def counted_words(round_: Round, problem: Problem) -> str:
    """Say in a clause from which day a round is counted, or that its date was agreed."""
    start = counted_from_what(round_, problem)
    if start is None:
        return f"按{e.AGREED}"
    return f"自{start.label}{day_brief(round_.counted_from)}起算"


def moved_words(event: e.DueDateMoved) -> str:
    """Say how a due date moved, from which day to which, and why."""
    told = event.reason and event.why not in _SAY_IT_ALL
    reason = f"；事由：{event.reason}" if told else ""
    dates = f"由{day_text(event.from_on)}改为{day_text(event.due_on)}"
    return f"{_moved_how(event)}，时限{dates}{reason}"


_SAY_IT_ALL = frozenset(
    {
        e.MovedWhy.SERVICE,
        e.MovedWhy.CALENDAR,
        e.MovedWhy.REFUSAL,
        e.MovedWhy.SUCCESSOR,
        e.MovedWhy.RESUMED,
    }
)
"""Moves whose recorded reason says no more than the move itself."""


def _moved_how(event: e.DueDateMoved) -> str:
    counted_from = day_text(event.counted_from)
    return {
        e.MovedWhy.SERVICE: f"自送达之日{counted_from}起重新计算",
        e.MovedWhy.REISSUE: f"自重新送达之日{counted_from}起重新计算",
        e.MovedWhy.RESTART: f"经批准自{counted_from}起重新计算",
        e.MovedWhy.EXTENSION: "经批准延期",
        e.MovedWhy.BUREAU: "经市级批准调整时限",
        e.MovedWhy.SUSPENSION: "恢复计时后，按暂缓办理时剩余的时限顺延",
        e.MovedWhy.CALENDAR: "放假安排公布后重新核算",
        e.MovedWhy.OBJECTION: "管辖异议答复后顺延",
        e.MovedWhy.SUCCESSOR: "原单位撤销后，承接单位自接办之日起另给工作日",
        e.MovedWhy.REFUSAL: "延期申请答复后，自告知之日起另给工作日",
        e.MovedWhy.RESUMED: f"通知在暂缓办理期间送达，自恢复计时之日{counted_from}起重新计算",
    }[event.why]
