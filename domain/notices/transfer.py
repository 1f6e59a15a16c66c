"""The notice of a transfer."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import HANDLERS, ByEvent, NoticeContext
from domain.notices.kinds import NoticeKind, NoticeOrder
from domain.stages import RoundKind


def _transferred(context: NoticeContext, event: e.ProblemTransferred) -> Iterator[NoticeOrder]:
    """What is brought in running is told where feedback is owed still, by a date that may be kept."""
    round_ = context.problem.open_round
    if context.problem.brought_in is not None and (
        round_ is None or round_.kind is not RoundKind.FEEDBACK or round_.excused_at is not None
    ):
        return
    yield context.order(
        NoticeKind.TRANSFER_NOTICE, HANDLERS, "issue", document_no=event.document_no
    )


ORDERS: ByEvent = {
    e.ProblemTransferred: _transferred,
}
