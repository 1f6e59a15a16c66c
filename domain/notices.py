"""Which notices follow from events, to whom, and when one has become pointless.

Orders are stored in the same transaction as the events that caused them; a courier hands them over
later and asks `is_obsolete` once more, just before it does. A mail carries the problem's number and
dates, never its text or the enterprise's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain import events as e
from domain.commands import RevisitResult, Verdict
from domain.policy import Position
from domain.problem import Problem
from domain.reminders import OVERDUE_RUNG, next_working_morning
from domain.rules import Rules
from domain.stages import Light


class NoticeKind(StrEnum):
    """One kind of mail; its three files stand in `templates/emails/<kind in kebab-case>/`."""

    TRANSFER_NOTICE = "transfer_notice"
    REMINDER = "reminder"
    OVERDUE_REMINDER = "overdue_reminder"
    RECEIPT = "receipt"
    RETURNED = "returned"
    RECTIFICATION_OPENED = "rectification_opened"
    ACCEPTED = "accepted"
    LISTED = "listed"
    LEVEL_RAISED = "level_raised"
    CLOSED = "closed"
    SERVICE_UNPROVEN = "service_unproven"
    BUREAU_OVERDUE = "bureau_overdue"

    @property
    def label(self) -> str:
        """The kind as it stands in the list of what was sent."""
        return NOTICE_LABELS[self]


NOTICE_LABELS = {
    NoticeKind.TRANSFER_NOTICE: "移交通知",
    NoticeKind.REMINDER: "到期提醒",
    NoticeKind.OVERDUE_REMINDER: "逾期催办",
    NoticeKind.RECEIPT: "反馈回执",
    NoticeKind.RETURNED: "退回补充通知",
    NoticeKind.RECTIFICATION_OPENED: "限期整改通知",
    NoticeKind.ACCEPTED: "审核通过通知",
    NoticeKind.LISTED: "拟纳入清单及扣分告知",
    NoticeKind.LEVEL_RAISED: "提级督办告知",
    NoticeKind.CLOSED: "销号告知",
    NoticeKind.SERVICE_UNPROVEN: "送达未证实提示",
    NoticeKind.BUREAU_OVERDUE: "市级事项到期提示",
}

OPENS_ROUND = frozenset(
    {NoticeKind.TRANSFER_NOTICE, NoticeKind.RETURNED, NoticeKind.RECTIFICATION_OPENED}
)
"""Notices that tell the district of a round; one of them accepted for delivery proves service."""

CARRIES_LINK = OPENS_ROUND | {NoticeKind.REMINDER, NoticeKind.OVERDUE_REMINDER}
"""Notices with a signed link to the round's form."""

DIGESTIBLE = frozenset({NoticeKind.REMINDER, NoticeKind.OVERDUE_REMINDER})
"""Notices that one district gets together in one mail a day."""

DUE_RUNG = "due"
"""The red rung of the due instant itself; the later ones are numbered."""

_HANDLERS = (Position.HANDLER, Position.SECTION_CHIEF)
_LEADERS = (*_HANDLERS, Position.DEPUTY_DIRECTOR, Position.DIRECTOR)
_BUREAU = (Position.CASE_OFFICER, Position.SUPERVISOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOrder:
    """One notice to be handed over at or after `not_before`; `key` is unique for ever.

    `details` are the few values its template needs beside the problem's number, as
    (name, text); dates in them are ISO.
    """

    key: str
    kind: NoticeKind
    problem_no: str
    district: str
    audience: tuple[Position, ...]
    round_no: int
    not_before: datetime
    due_on: date | None
    light: Light | None = None
    rung: str = ""
    details: tuple[tuple[str, str], ...] = ()


def notice_key(problem_no: str, kind: NoticeKind, round_no: int, occasion: str) -> str:
    """Build the stable key of a notice: `CQ2024-0001/r1/reminder/d-3`."""
    return f"{problem_no}/r{round_no}/{kind}/{occasion}"


@dataclass(frozen=True, slots=True)
class _Around:
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
        **details: str,
    ) -> NoticeOrder:
        number = len(self.problem.rounds) if round_no is None else round_no
        owed = self.problem.rounds[number - 1] if number else None
        at = self.recorded.at
        return NoticeOrder(
            key=notice_key(self.problem.problem_no, kind, number, occasion),
            kind=kind,
            problem_no=self.problem.problem_no,
            district=self.problem.district,
            audience=audience,
            round_no=number,
            not_before=at if at_once else next_working_morning(at, self.rules),
            due_on=owed.due_on if owed else None,
            light=light,
            rung=occasion if kind in DIGESTIBLE else "",
            details=tuple(sorted(details.items())),
        )


def notice_orders(
    recorded: tuple[e.Recorded, ...], problem: Problem, rules: Rules
) -> tuple[NoticeOrder, ...]:
    """Give the notices that follow from one decision's events; `problem` is as they left it.

    A red light goes out as one overdue reminder, whatever grounds stand behind it.
    """
    orders: dict[str, NoticeOrder] = {}
    for one in recorded:
        maker = _ORDERS.get(type(one.event))
        if maker is not None:
            for order in maker(_Around(one, problem, rules), one.event):
                orders[order.key] = order
    return tuple(orders.values())


def _transferred(a: _Around, event: e.ProblemTransferred) -> Iterator[NoticeOrder]:
    yield a.order(NoticeKind.TRANSFER_NOTICE, _HANDLERS, "issue", document_no=event.document_no)


def _reminder(a: _Around, event: e.ReminderIssued) -> Iterator[NoticeOrder]:
    ladder = a.rules.policy.reminders
    if event.rung.startswith(f"{OVERDUE_RUNG}-") or event.light is Light.RED:
        kind, audience = NoticeKind.OVERDUE_REMINDER, ladder.overdue_audience
    else:
        rung = next((r for r in ladder.rungs if r.rung == event.rung), None)
        kind, audience = NoticeKind.REMINDER, rung.audience if rung else _HANDLERS
    yield a.order(
        kind,
        audience,
        event.rung,
        round_no=event.round_no,
        at_once=event.rung.startswith("manual-"),
        light=event.light,
    )


def _fact(a: _Around, event: e.FactEstablished) -> Iterator[NoticeOrder]:
    """The due instant itself is the red rung; it is sent on the next working morning."""
    if event.fact.value in ("no_feedback", "overdue_rectification"):
        yield a.order(
            NoticeKind.OVERDUE_REMINDER,
            a.rules.policy.reminders.overdue_audience,
            DUE_RUNG,
            at_once=False,
            light=Light.RED,
        )


def _listed(a: _Around, event: e.PlacedOnList | e.ListReasonAdded) -> Iterator[NoticeOrder]:
    deducted = [d for d in a.problem.deductions if d.on == event.on]
    yield a.order(
        NoticeKind.LISTED,
        _LEADERS,
        f"seq-{a.recorded.seq}",
        at_once=False,
        reason=event.reason.value,
        points=str(sum(d.points for d in deducted)),
    )


def _level(a: _Around, event: e.LevelRaised) -> Iterator[NoticeOrder]:
    if event.level > 1:
        yield a.order(
            NoticeKind.LEVEL_RAISED,
            _LEADERS,
            f"seq-{a.recorded.seq}",
            at_once=False,
            level=str(event.level),
            title=event.title,
        )


def _received(a: _Around, event: e.FeedbackReceived | e.AnswerFiled) -> Iterator[NoticeOrder]:
    yield a.order(
        NoticeKind.RECEIPT,
        (Position.HANDLER,),
        event.receipt_id,
        round_no=event.round_no,
        receipt_id=event.receipt_id,
        late="yes" if event.late else "no",
    )


def _reviewed(a: _Around, event: e.FeedbackReviewed) -> Iterator[NoticeOrder]:
    if event.verdict is Verdict.ACCEPT_DONE:
        yield a.order(NoticeKind.ACCEPTED, _HANDLERS, f"seq-{a.recorded.seq}")
    elif event.verdict is Verdict.RETURN_FOR_SUPPLEMENT:
        yield a.order(NoticeKind.RETURNED, _HANDLERS, "issue")
    else:
        yield a.order(NoticeKind.RECTIFICATION_OPENED, _HANDLERS, "issue", why=event.verdict.value)


def _revisited(a: _Around, event: e.RevisitRecorded) -> Iterator[NoticeOrder]:
    if event.result is RevisitResult.NOT_IN_PLACE:
        yield a.order(NoticeKind.RECTIFICATION_OPENED, _HANDLERS, "issue", why=event.result.value)


def _closed(a: _Around, _: e.ProblemClosed) -> Iterator[NoticeOrder]:
    yield a.order(NoticeKind.CLOSED, _HANDLERS, f"seq-{a.recorded.seq}")


def _held(a: _Around, event: e.ConsequenceHeld) -> Iterator[NoticeOrder]:
    yield a.order(
        NoticeKind.SERVICE_UNPROVEN,
        _BUREAU,
        f"seq-{a.recorded.seq}",
        round_no=event.round_no,
        at_once=False,
    )


def _bureau(a: _Around, event: e.BureauDutyOverdue) -> Iterator[NoticeOrder]:
    yield a.order(
        NoticeKind.BUREAU_OVERDUE,
        _BUREAU,
        f"seq-{a.recorded.seq}",
        at_once=False,
        duty=event.duty.value,
    )


_ORDERS: dict[type, Callable[[_Around, Any], Iterator[NoticeOrder]]] = {
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


def is_obsolete(order: NoticeOrder, problem: Problem, *, answer_in_inbox: bool) -> str:
    """Say why a notice must not be handed over any more; empty when it still must.

    `answer_in_inbox` is whether the inbox holds an answer of the order's round that the life has
    not yet seen (I8: no reminder after the answer).
    """
    if order.kind in CARRIES_LINK:
        if order.district != problem.district:
            return "reassigned"
        if order.round_no < len(problem.rounds):
            return "later_round"
    if order.kind in DIGESTIBLE:
        return _reminder_obsolete(order, problem, answer_in_inbox=answer_in_inbox)
    return _other_obsolete(order, problem)


def _other_obsolete(order: NoticeOrder, problem: Problem) -> str:
    owed = problem.open_round
    if order.kind in OPENS_ROUND and owed is None:
        return "answered"
    if order.kind is NoticeKind.SERVICE_UNPROVEN and (owed is None or owed.held_at is None):
        return "no_longer_held"
    if order.kind is NoticeKind.BUREAU_OVERDUE and not problem.bureau_overdue:
        return "done_meanwhile"
    return ""


def _reminder_obsolete(order: NoticeOrder, problem: Problem, *, answer_in_inbox: bool) -> str:
    owed = problem.open_round
    if owed is None or answer_in_inbox:
        return "answered"
    rungs = owed.rungs
    if order.rung in rungs and rungs.index(order.rung) < len(rungs) - 1:
        return "overtaken"
    if order.rung == DUE_RUNG and any(rung.startswith(OVERDUE_RUNG) for rung in rungs):
        return "overtaken"
    if order.kind is NoticeKind.REMINDER and owed.overdue_at is not None:
        return "overtaken"
    return ""
