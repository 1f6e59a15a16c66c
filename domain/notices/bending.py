"""The notices of lives that do not go straight.

What people wrote as reasons stays out of the mails: it may name the enterprise. It stands behind
the link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from domain import events as e
from domain.notices.around import BUREAU, HANDLERS, LEADERS, Around
from domain.notices.kinds import NoticeKind, NoticeOrder
from domain.policy import Position
from domain.stages import RoundKind

_OPENING = {
    RoundKind.FEEDBACK: NoticeKind.TRANSFER_NOTICE,
    RoundKind.SUPPLEMENT: NoticeKind.RETURNED,
    RoundKind.RECTIFICATION: NoticeKind.RECTIFICATION_OPENED,
}
_TOLD_OTHERWISE = frozenset(
    {e.MovedWhy.SERVICE, e.MovedWhy.EXTENSION, e.MovedWhy.SUSPENSION, e.MovedWhy.REISSUE}
)
"""Changes of a due date that another notice of the same decision tells, or an officer told."""


def _task(a: Around, task: str, audience: tuple[Position, ...]) -> NoticeOrder:
    return a.order(NoticeKind.BUREAU_TASK, audience, f"seq-{a.recorded.seq}", task=task)


def _handed_in(what: str) -> Callable[[Around, Any], Iterator[NoticeOrder]]:
    """A request of the district: a receipt to its handler, a task for the case officer."""

    def orders(
        a: Around, event: e.ExtensionRequested | e.ObjectionRaised | e.AppealFiled
    ) -> Iterator[NoticeOrder]:
        yield a.order(
            NoticeKind.RECEIPT,
            (Position.HANDLER,),
            event.receipt_id,
            receipt_id=event.receipt_id,
            received_at=event.received_at.isoformat(),
            what=what,
            late="no",
        )
        disputed = isinstance(event, e.ObjectionRaised) and event.disputed
        yield _task(a, what, BUREAU if disputed else (Position.CASE_OFFICER,))

    return orders


def _extension_decided(a: Around, event: e.ExtensionDecided) -> Iterator[NoticeOrder]:
    yield a.order(
        NoticeKind.EXTENSION_DECIDED,
        HANDLERS,
        f"seq-{a.recorded.seq}",
        round_no=event.round_no,
        granted="yes" if event.granted else "no",
        until=event.until.isoformat() if event.until else "",
    )


def _objection_decided(a: Around, event: e.ObjectionDecided) -> Iterator[NoticeOrder]:
    """Upheld, the district is told that the problem left it."""
    still_owed = a.problem.open_round is not None
    if not event.upheld and still_owed:
        yield a.order(NoticeKind.OBJECTION_DECIDED, HANDLERS, f"seq-{a.recorded.seq}")


def _reassigned(a: Around, event: e.ProblemReassigned) -> Iterator[NoticeOrder]:
    owed = a.problem.open_round
    if owed is None:
        return
    occasion = f"seq-{a.recorded.seq}"
    document_no = a.problem.document_no
    yield a.order(
        _OPENING[owed.kind], HANDLERS, occasion, document_no=document_no, why="reassigned"
    )
    yield a.order(
        NoticeKind.REASSIGNED,
        HANDLERS,
        occasion,
        district=event.from_district,
        to_district=event.to_district,
        why=event.why.value,
    )


def _proposed(a: Around, _: e.ActProposed) -> Iterator[NoticeOrder]:
    yield _task(a, "proposal", (Position.SUPERVISOR,))


def _due_date_moved(a: Around, event: e.DueDateMoved) -> Iterator[NoticeOrder]:
    if event.why not in _TOLD_OTHERWISE:
        yield a.order(
            NoticeKind.DUE_DATE_MOVED,
            HANDLERS,
            f"seq-{a.recorded.seq}",
            round_no=event.round_no,
            from_on=event.from_on.isoformat(),
            why=event.why.label,
        )


def _due_date_confirmed(a: Around, event: e.DueDateConfirmed) -> Iterator[NoticeOrder]:
    yield a.order(
        NoticeKind.DUE_DATE_MOVED,
        HANDLERS,
        f"seq-{a.recorded.seq}",
        round_no=event.round_no,
        from_on=event.due_on.isoformat(),
        why=e.MovedWhy.CALENDAR.label,
    )


def _suspended(a: Around, event: e.ProblemSuspended) -> Iterator[NoticeOrder]:
    yield a.order(
        NoticeKind.SUSPENDED,
        HANDLERS,
        f"seq-{a.recorded.seq}",
        review_on=event.review_on.isoformat(),
    )


def _resumed(a: Around, _: e.ProblemResumed) -> Iterator[NoticeOrder]:
    if a.problem.open_round is not None:
        yield a.order(NoticeKind.RESUMED, HANDLERS, f"seq-{a.recorded.seq}")


def _stopped(a: Around, event: e.ProblemWithdrawn | e.ProblemMerged) -> Iterator[NoticeOrder]:
    """A district that was never told of the problem need not be told of its end."""
    if a.problem.transferred_on is not None:
        into_no = event.into_no if isinstance(event, e.ProblemMerged) else ""
        yield a.order(NoticeKind.STOPPED, HANDLERS, f"seq-{a.recorded.seq}", into_no=into_no)


def _reopened(a: Around, _: e.ProblemReopened) -> Iterator[NoticeOrder]:
    yield a.order(NoticeKind.RECTIFICATION_OPENED, HANDLERS, "issue", why="rebound")


def _reissued(a: Around, event: e.NoticeReissued) -> Iterator[NoticeOrder]:
    kind = _OPENING[a.problem.rounds[event.round_no - 1].kind]
    yield a.order(
        kind,
        HANDLERS,
        f"reissue-{event.number}",
        document_no=a.problem.document_no,
        why="reissue",
    )


def _service_failed(a: Around, event: e.ServiceFailed) -> Iterator[NoticeOrder]:
    yield a.order(
        NoticeKind.BUREAU_TASK,
        (Position.CASE_OFFICER,),
        f"seq-{a.recorded.seq}",
        round_no=event.round_no,
        task="bounce",
    )


def _appeal_decided(a: Around, event: e.AppealDecided) -> Iterator[NoticeOrder]:
    for deduction in a.problem.deductions:
        if deduction.seq == event.deduction:
            yield a.order(
                NoticeKind.APPEAL_DECIDED,
                LEADERS,
                f"seq-{a.recorded.seq}",
                district=deduction.district,
                upheld="yes" if event.upheld else "no",
                points=str(deduction.points),
            )


def _bureau(a: Around, event: e.BureauReminded) -> Iterator[NoticeOrder]:
    """The officer first, then the supervisor too."""
    yield a.order(
        NoticeKind.BUREAU_OVERDUE,
        (Position.CASE_OFFICER,) if event.step == 1 else BUREAU,
        f"seq-{a.recorded.seq}",
        at_once=False,
        duty=event.duty.value,
        ref=event.ref,
        step=str(event.step),
    )


ORDERS: dict[type, Callable[[Around, Any], Iterator[NoticeOrder]]] = {
    e.ExtensionRequested: _handed_in("extension"),
    e.ExtensionDecided: _extension_decided,
    e.ObjectionRaised: _handed_in("objection"),
    e.ObjectionDecided: _objection_decided,
    e.ProblemReassigned: _reassigned,
    e.ActProposed: _proposed,
    e.DueDateMoved: _due_date_moved,
    e.DueDateConfirmed: _due_date_confirmed,
    e.ProblemSuspended: _suspended,
    e.ProblemResumed: _resumed,
    e.ProblemWithdrawn: _stopped,
    e.ProblemMerged: _stopped,
    e.ProblemReopened: _reopened,
    e.NoticeReissued: _reissued,
    e.ServiceFailed: _service_failed,
    e.AppealFiled: _handed_in("appeal"),
    e.AppealDecided: _appeal_decided,
    e.BureauReminded: _bureau,
}
