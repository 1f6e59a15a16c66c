"""Telling that the clocks stopped, and go on."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import HANDLERS, ByEvent, NoticeContext
from domain.notices.kinds import NoticeKind, NoticeOrder


def _suspended(context: NoticeContext, event: e.ProblemSuspended) -> Iterator[NoticeOrder]:
    yield context.order(
        NoticeKind.SUSPENDED,
        HANDLERS,
        f"seq-{context.recorded.seq}",
        review_on=event.review_on.isoformat(),
    )


def _resumed(context: NoticeContext, _: e.ProblemResumed) -> Iterator[NoticeOrder]:
    if context.problem.open_round is not None:
        yield context.order(NoticeKind.RESUMED, HANDLERS, f"seq-{context.recorded.seq}")


ORDERS: ByEvent = {
    e.ProblemSuspended: _suspended,
    e.ProblemResumed: _resumed,
}
