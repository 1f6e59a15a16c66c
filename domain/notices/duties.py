"""Reminders to the district, and to the bureau itself."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import BUREAU, HANDLERS, ByEvent, NoticeContext
from domain.notices.kinds import NoticeKind, NoticeOrder
from domain.policy import Position
from domain.reminders import OVERDUE_RUNG, rung_of_policy
from domain.stages import Light


def _reminder(context: NoticeContext, event: e.ReminderIssued) -> Iterator[NoticeOrder]:
    ladder = context.rules.policy.reminders
    if event.rung.startswith(f"{OVERDUE_RUNG}-") or event.light is Light.RED:
        kind, audience = NoticeKind.OVERDUE_REMINDER, ladder.overdue_audience
    else:
        rung = next((r for r in ladder.rungs if r.rung == rung_of_policy(event.rung)), None)
        kind, audience = NoticeKind.REMINDER, rung.audience if rung else HANDLERS
    yield context.order(
        kind,
        audience,
        event.rung,
        round_no=event.round_no,
        at_once=event.rung.startswith("manual-"),
        light=event.light,
    )


def _overdue(context: NoticeContext, event: e.BureauDutyOverdue) -> Iterator[NoticeOrder]:
    yield context.order(
        NoticeKind.BUREAU_OVERDUE,
        BUREAU,
        f"seq-{context.recorded.seq}",
        at_once=False,
        duty=event.duty.value,
    )


def _bureau(context: NoticeContext, event: e.BureauReminded) -> Iterator[NoticeOrder]:
    """The officer first, then the supervisor too."""
    yield context.order(
        NoticeKind.BUREAU_OVERDUE,
        (Position.CASE_OFFICER,) if event.step == 1 else BUREAU,
        f"seq-{context.recorded.seq}",
        at_once=False,
        duty=event.duty.value,
        ref=event.ref,
        step=str(event.step),
    )


ORDERS: ByEvent = {
    e.ReminderIssued: _reminder,
    e.BureauDutyOverdue: _overdue,
    e.BureauReminded: _bureau,
}
