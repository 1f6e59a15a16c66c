"""Another notice of a round, and notices that came back."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import HANDLERS, ByEvent, NoticeContext
from domain.notices.kinds import OPENING, NoticeKind, NoticeOrder
from domain.policy import Position


def _reissued(context: NoticeContext, event: e.NoticeReissued) -> Iterator[NoticeOrder]:
    kind = OPENING[context.problem.rounds[event.round_no - 1].kind]
    yield context.order(
        kind,
        HANDLERS,
        f"reissue-{event.number}",
        document_no=context.problem.document_no,
        why="reissue",
    )


def _service_failed(context: NoticeContext, event: e.ServiceFailed) -> Iterator[NoticeOrder]:
    yield context.order(
        NoticeKind.BUREAU_TASK,
        (Position.CASE_OFFICER,),
        f"seq-{context.recorded.seq}",
        round_no=event.round_no,
        task="bounce",
    )


ORDERS: ByEvent = {
    e.NoticeReissued: _reissued,
    e.ServiceFailed: _service_failed,
}
