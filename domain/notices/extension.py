"""Requests for more time, and their answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain import events as e
from domain.notices.context import HANDLERS, ByEvent, NoticeContext, handed_in
from domain.notices.kinds import NoticeKind, NoticeOrder
from domain.roles import Role


def _extension_decided(context: NoticeContext, event: e.ExtensionDecided) -> Iterator[NoticeOrder]:
    by_system = context.recorded.by.role is Role.SYSTEM
    lapsed: dict[str, Any] = {"lapsed": "yes"} if by_system and not event.granted else {}
    yield context.order(
        NoticeKind.EXTENSION_DECIDED,
        HANDLERS,
        f"seq-{context.recorded.seq}",
        round_no=event.round_no,
        granted="yes" if event.granted else "no",
        until=event.until.isoformat() if event.until else "",
        **lapsed,
    )


ORDERS: ByEvent = {
    e.ExtensionRequested: handed_in("extension"),
    e.ExtensionDecided: _extension_decided,
}
