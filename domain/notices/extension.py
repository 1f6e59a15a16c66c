"""Requests for more time, and their answers."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import HANDLERS, ByEvent, NoticeContext, handed_in
from domain.notices.kinds import NoticeKind, NoticeOrder


def _extension_decided(context: NoticeContext, event: e.ExtensionDecided) -> Iterator[NoticeOrder]:
    yield context.order(
        NoticeKind.EXTENSION_DECIDED,
        HANDLERS,
        f"seq-{context.recorded.seq}",
        round_no=event.round_no,
        granted="yes" if event.granted else "no",
        until=event.until.isoformat() if event.until else "",
    )


ORDERS: ByEvent = {
    e.ExtensionRequested: handed_in("extension"),
    e.ExtensionDecided: _extension_decided,
}
