"""Telling of lateness, the list and levels."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import BUREAU, LEADERS, ByEvent, NoticeContext
from domain.notices.kinds import DUE_RUNG, NoticeKind, NoticeOrder
from domain.stages import Light


def _fact(context: NoticeContext, event: e.FactEstablished) -> Iterator[NoticeOrder]:
    """The due instant itself is the red rung; it is sent on the next working morning."""
    if event.fact.value in ("no_feedback", "overdue_rectification"):
        yield context.order(
            NoticeKind.OVERDUE_REMINDER,
            context.rules.policy.reminders.overdue_audience,
            DUE_RUNG,
            at_once=False,
            light=Light.RED,
        )


def _held(context: NoticeContext, event: e.ConsequenceHeld) -> Iterator[NoticeOrder]:
    yield context.order(
        NoticeKind.SERVICE_UNPROVEN,
        BUREAU,
        f"seq-{context.recorded.seq}",
        round_no=event.round_no,
        at_once=False,
    )


def _listed(
    context: NoticeContext, event: e.PlacedOnList | e.ListReasonAdded
) -> Iterator[NoticeOrder]:
    deducted = [d for d in context.problem.deductions if d.on == event.on]
    yield context.order(
        NoticeKind.LISTED,
        LEADERS,
        f"seq-{context.recorded.seq}",
        at_once=False,
        reason=event.reason.value,
        points=str(sum(d.points for d in deducted)),
    )


def _level(context: NoticeContext, event: e.LevelRaised) -> Iterator[NoticeOrder]:
    if event.level > 1:
        yield context.order(
            NoticeKind.LEVEL_RAISED,
            LEADERS,
            f"seq-{context.recorded.seq}",
            at_once=False,
            level=str(event.level),
            title=event.title,
        )


ORDERS: ByEvent = {
    e.FactEstablished: _fact,
    e.ConsequenceHeld: _held,
    e.PlacedOnList: _listed,
    e.ListReasonAdded: _listed,
    e.LevelRaised: _level,
}
