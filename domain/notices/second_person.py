"""Asking the second person."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import ByEvent, NoticeContext, task
from domain.notices.kinds import NoticeOrder
from domain.policy import Position


def _proposed(context: NoticeContext, _: e.ActProposed) -> Iterator[NoticeOrder]:
    yield task(context, "proposal", (Position.SUPERVISOR,))


ORDERS: ByEvent = {
    e.ActProposed: _proposed,
}
