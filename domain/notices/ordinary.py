"""The notices of a life that goes straight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from domain import events as e
from domain.commands import RevisitResult, Verdict
from domain.notices.around import BUREAU, HANDLERS, LEADERS, Around
from domain.notices.kinds import DUE_RUNG, NoticeKind, NoticeOrder
from domain.policy import Position
from domain.reminders import OVERDUE_RUNG, rung_of_policy
from domain.stages import Light


def _transferred(a: Around, event: e.ProblemTransferred) -> Iterator[NoticeOrder]:
    yield a.order(NoticeKind.TRANSFER_NOTICE, HANDLERS, "issue", document_no=event.document_no)


def _reminder(a: Around, event: e.ReminderIssued) -> Iterator[NoticeOrder]:
    ladder = a.rules.policy.reminders
    if event.rung.startswith(f"{OVERDUE_RUNG}-") or event.light is Light.RED:
        kind, audience = NoticeKind.OVERDUE_REMINDER, ladder.overdue_audience
    else:
        rung = next((r for r in ladder.rungs if r.rung == rung_of_policy(event.rung)), None)
        kind, audience = NoticeKind.REMINDER, rung.audience if rung else HANDLERS
    yield a.order(
        kind,
        audience,
        event.rung,
        round_no=event.round_no,
        at_once=event.rung.startswith("manual-"),
        light=event.light,
    )


def _fact(a: Around, event: e.FactEstablished) -> Iterator[NoticeOrder]:
    """The due instant itself is the red rung; it is sent on the next working morning."""
    if event.fact.value in ("no_feedback", "overdue_rectification"):
        yield a.order(
            NoticeKind.OVERDUE_REMINDER,
            a.rules.policy.reminders.overdue_audience,
            DUE_RUNG,
            at_once=False,
            light=Light.RED,
        )


def _listed(a: Around, event: e.PlacedOnList | e.ListReasonAdded) -> Iterator[NoticeOrder]:
    deducted = [d for d in a.problem.deductions if d.on == event.on]
    yield a.order(
        NoticeKind.LISTED,
        LEADERS,
        f"seq-{a.recorded.seq}",
        at_once=False,
        reason=event.reason.value,
        points=str(sum(d.points for d in deducted)),
    )


def _level(a: Around, event: e.LevelRaised) -> Iterator[NoticeOrder]:
    if event.level > 1:
        yield a.order(
            NoticeKind.LEVEL_RAISED,
            LEADERS,
            f"seq-{a.recorded.seq}",
            at_once=False,
            level=str(event.level),
            title=event.title,
        )


def _received(a: Around, event: e.FeedbackReceived | e.AnswerFiled) -> Iterator[NoticeOrder]:
    yield a.order(
        NoticeKind.RECEIPT,
        (Position.HANDLER,),
        event.receipt_id,
        round_no=event.round_no,
        receipt_id=event.receipt_id,
        late="yes" if event.late else "no",
    )


def _reviewed(a: Around, event: e.FeedbackReviewed) -> Iterator[NoticeOrder]:
    if event.verdict is Verdict.ACCEPT_DONE:
        yield a.order(NoticeKind.ACCEPTED, HANDLERS, f"seq-{a.recorded.seq}")
    elif event.verdict is Verdict.RETURN_FOR_SUPPLEMENT:
        yield a.order(NoticeKind.RETURNED, HANDLERS, "issue")
    else:
        yield a.order(NoticeKind.RECTIFICATION_OPENED, HANDLERS, "issue", why=event.verdict.value)


def _revisited(a: Around, event: e.RevisitRecorded) -> Iterator[NoticeOrder]:
    if event.result is RevisitResult.NOT_IN_PLACE:
        yield a.order(NoticeKind.RECTIFICATION_OPENED, HANDLERS, "issue", why=event.result.value)


def _closed(a: Around, _: e.ProblemClosed) -> Iterator[NoticeOrder]:
    yield a.order(NoticeKind.CLOSED, HANDLERS, f"seq-{a.recorded.seq}")


def _held(a: Around, event: e.ConsequenceHeld) -> Iterator[NoticeOrder]:
    yield a.order(
        NoticeKind.SERVICE_UNPROVEN,
        BUREAU,
        f"seq-{a.recorded.seq}",
        round_no=event.round_no,
        at_once=False,
    )


def _bureau(a: Around, event: e.BureauDutyOverdue) -> Iterator[NoticeOrder]:
    yield a.order(
        NoticeKind.BUREAU_OVERDUE,
        BUREAU,
        f"seq-{a.recorded.seq}",
        at_once=False,
        duty=event.duty.value,
    )


ORDERS: dict[type, Callable[[Around, Any], Iterator[NoticeOrder]]] = {
    e.ProblemTransferred: _transferred,
    e.ReminderIssued: _reminder,
    e.FactEstablished: _fact,
    e.PlacedOnList: _listed,
    e.ListReasonAdded: _listed,
    e.LevelRaised: _level,
    e.FeedbackReceived: _received,
    e.AnswerFiled: _received,
    e.FeedbackReviewed: _reviewed,
    e.RevisitRecorded: _revisited,
    e.ProblemClosed: _closed,
    e.ConsequenceHeld: _held,
    e.BureauDutyOverdue: _bureau,
}
