"""Telling that the problem ended without closure, or came back."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import HANDLERS, ByEvent, NoticeContext
from domain.notices.kinds import NoticeKind, NoticeOrder


def _stopped(
    context: NoticeContext, event: e.ProblemWithdrawn | e.ProblemMerged
) -> Iterator[NoticeOrder]:
    """A district that was never told of the problem need not be told of its end."""
    if context.problem.transferred_on is not None:
        into_no = event.into_no if isinstance(event, e.ProblemMerged) else ""
        yield context.order(
            NoticeKind.STOPPED, HANDLERS, f"seq-{context.recorded.seq}", into_no=into_no
        )


def _reopened(context: NoticeContext, _: e.ProblemReopened) -> Iterator[NoticeOrder]:
    yield context.order(NoticeKind.RECTIFICATION_OPENED, HANDLERS, "issue", why="rebound")


ORDERS: ByEvent = {
    e.ProblemWithdrawn: _stopped,
    e.ProblemMerged: _stopped,
    e.ProblemReopened: _reopened,
}
