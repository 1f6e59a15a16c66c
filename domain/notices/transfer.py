"""The notice of a transfer."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import HANDLERS, ByEvent, NoticeContext
from domain.notices.kinds import NoticeKind, NoticeOrder


def _transferred(context: NoticeContext, event: e.ProblemTransferred) -> Iterator[NoticeOrder]:
    yield context.order(
        NoticeKind.TRANSFER_NOTICE, HANDLERS, "issue", document_no=event.document_no
    )


ORDERS: ByEvent = {
    e.ProblemTransferred: _transferred,
}
