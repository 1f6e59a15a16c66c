"""Requests for more time, and their answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain import events as e
from domain.notices.context import HANDLERS, ByEvent, NoticeContext, handed_in
from domain.notices.kinds import NoticeKind, NoticeOrder
from domain.roles import Role
from domain.rules import FAIR_POINTS


def _extension_decided(context: NoticeContext, event: e.ExtensionDecided) -> Iterator[NoticeOrder]:
    """Since FAIR_POINTS a request that ended by itself is not told as one that was looked at."""
    by_system = context.recorded.by.role is Role.SYSTEM
    ended_by_itself = by_system and not event.granted and context.rules.since(FAIR_POINTS)
    lapsed: dict[str, Any] = {"lapsed": "yes"} if ended_by_itself else {}
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
