"""What a revisit found, and closure."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.commands import RevisitResult
from domain.notices.context import HANDLERS, ByEvent, NoticeContext
from domain.notices.kinds import NoticeKind, NoticeOrder


def _revisited(context: NoticeContext, event: e.RevisitRecorded) -> Iterator[NoticeOrder]:
    if event.result is RevisitResult.NOT_IN_PLACE:
        yield context.order(
            NoticeKind.RECTIFICATION_OPENED, HANDLERS, "issue", why=event.result.value
        )


def _closed(context: NoticeContext, _: e.ProblemClosed) -> Iterator[NoticeOrder]:
    yield context.order(NoticeKind.CLOSED, HANDLERS, f"seq-{context.recorded.seq}")


ORDERS: ByEvent = {
    e.RevisitRecorded: _revisited,
    e.ProblemClosed: _closed,
}
