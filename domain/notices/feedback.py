"""Receipts, and what the officer found."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.commands import Verdict
from domain.notices.context import HANDLERS, ByEvent, NoticeContext
from domain.notices.kinds import NoticeKind, NoticeOrder
from domain.policy import Position


def _received(
    context: NoticeContext, event: e.FeedbackReceived | e.AnswerFiled
) -> Iterator[NoticeOrder]:
    if context.problem.fell_before(context.recorded.at):
        return
    yield context.order(
        NoticeKind.RECEIPT,
        (Position.HANDLER,),
        event.receipt_id,
        round_no=event.round_no,
        receipt_id=event.receipt_id,
        late="yes" if event.late else "no",
    )


def _reviewed(context: NoticeContext, event: e.FeedbackReviewed) -> Iterator[NoticeOrder]:
    """What was reviewed before a running problem was brought in is told by a date that may be kept."""
    round_ = context.problem.open_round
    if context.problem.fell_before(context.recorded.at) and (round_ is None or round_.excused_at):
        return
    if event.verdict is Verdict.ACCEPT_DONE:
        yield context.order(NoticeKind.ACCEPTED, HANDLERS, f"seq-{context.recorded.seq}")
    elif event.verdict is Verdict.RETURN_FOR_SUPPLEMENT:
        yield context.order(NoticeKind.RETURNED, HANDLERS, "issue")
    else:
        yield context.order(
            NoticeKind.RECTIFICATION_OPENED, HANDLERS, "issue", why=event.verdict.value
        )


ORDERS: ByEvent = {
    e.FeedbackReceived: _received,
    e.AnswerFiled: _received,
    e.FeedbackReviewed: _reviewed,
}
