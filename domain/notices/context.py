"""What an order is made from, and who is written to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from domain import events as e
from domain.notices.kinds import DIGESTIBLE, NoticeKind, NoticeOrder, notice_key
from domain.policy import Position
from domain.problem import Problem
from domain.reminders import next_working_morning
from domain.rules import Rules
from domain.stages import Light

HANDLERS = (Position.HANDLER, Position.SECTION_CHIEF)
LEADERS = (*HANDLERS, Position.DEPUTY_DIRECTOR, Position.DIRECTOR)
BUREAU = (Position.CASE_OFFICER, Position.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """What an order is made from: the event in its place, the problem after it, the rules."""

    recorded: e.Recorded
    problem: Problem
    rules: Rules

    def order(
        self,
        kind: NoticeKind,
        audience: tuple[Position, ...],
        occasion: str,
        *,
        round_no: int | None = None,
        at_once: bool = True,
        light: Light | None = None,
        district: str = "",
        **details: str,
    ) -> NoticeOrder:
        """Order one notice; `round_no` and `district` are the problem's present ones by default."""
        number = len(self.problem.rounds) if round_no is None else round_no
        round_ = self.problem.rounds[number - 1] if number else None
        at = self.recorded.at
        return NoticeOrder(
            key=notice_key(self.problem.problem_no, kind, number, occasion),
            kind=kind,
            problem_no=self.problem.problem_no,
            district=district or self.problem.district,
            audience=audience,
            round_no=number,
            not_before=at if at_once else next_working_morning(at, self.rules),
            due_on=round_.due_on if round_ else None,
            light=light,
            rung=occasion if kind in DIGESTIBLE else "",
            details=tuple(sorted(details.items())),
        )


ByEvent = dict[type, Callable[[NoticeContext, Any], Iterator[NoticeOrder]]]
"""The notices each kind of event makes; one table a topic."""


def task(context: NoticeContext, what: str, audience: tuple[Position, ...]) -> NoticeOrder:
    """Order a task for the bureau."""
    return context.order(NoticeKind.BUREAU_TASK, audience, f"seq-{context.recorded.seq}", task=what)


def handed_in(what: str) -> Callable[[NoticeContext, Any], Iterator[NoticeOrder]]:
    """A request of the district: a receipt to its handler, a task for the case officer."""

    def orders(
        context: NoticeContext, event: e.ExtensionRequested | e.ObjectionRaised | e.AppealFiled
    ) -> Iterator[NoticeOrder]:
        yield context.order(
            NoticeKind.RECEIPT,
            (Position.HANDLER,),
            event.receipt_id,
            receipt_id=event.receipt_id,
            received_at=event.received_at.isoformat(),
            what=what,
            late="no",
        )
        disputed = isinstance(event, e.ObjectionRaised) and event.disputed
        yield task(context, what, BUREAU if disputed else (Position.CASE_OFFICER,))

    return orders
