"""Telling the district that a due date changed."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import HANDLERS, ByEvent, NoticeContext
from domain.notices.kinds import NoticeKind, NoticeOrder

_TOLD_OTHERWISE = frozenset(
    {e.MovedWhy.SERVICE, e.MovedWhy.EXTENSION, e.MovedWhy.SUSPENSION, e.MovedWhy.REISSUE}
)
"""Changes of a due date that another notice of the same decision tells, or an officer told."""


def _due_date_moved(context: NoticeContext, event: e.DueDateMoved) -> Iterator[NoticeOrder]:
    if event.why not in _TOLD_OTHERWISE:
        yield context.order(
            NoticeKind.DUE_DATE_MOVED,
            HANDLERS,
            f"seq-{context.recorded.seq}",
            round_no=event.round_no,
            from_on=event.from_on.isoformat(),
            why=event.why.label,
        )


def _due_date_confirmed(context: NoticeContext, event: e.DueDateConfirmed) -> Iterator[NoticeOrder]:
    yield context.order(
        NoticeKind.DUE_DATE_MOVED,
        HANDLERS,
        f"seq-{context.recorded.seq}",
        round_no=event.round_no,
        from_on=event.due_on.isoformat(),
        why=e.MovedWhy.CALENDAR.label,
    )


ORDERS: ByEvent = {
    e.DueDateMoved: _due_date_moved,
    e.DueDateConfirmed: _due_date_confirmed,
}
