"""Objections, and problems that went to another district."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain import events as e
from domain.notices.context import HANDLERS, ByEvent, NoticeContext, handed_in
from domain.notices.kinds import OPENING, NoticeKind, NoticeOrder
from domain.rules import FAIR_POINTS


def _objection_decided(context: NoticeContext, event: e.ObjectionDecided) -> Iterator[NoticeOrder]:
    """Upheld, the district is told that the problem left it."""
    still_owed = context.problem.open_round is not None
    if not event.upheld and still_owed:
        decided = next(
            one for one in context.problem.objections if one.receipt_id == event.receipt_id
        )
        final = decided.disputed and context.rules.since(FAIR_POINTS)
        settled: dict[str, Any] = {"settled": "yes"} if final else {}
        yield context.order(
            NoticeKind.OBJECTION_DECIDED, HANDLERS, f"seq-{context.recorded.seq}", **settled
        )


def _reassigned(context: NoticeContext, event: e.ProblemReassigned) -> Iterator[NoticeOrder]:
    round_ = context.problem.open_round
    if round_ is None:
        return
    occasion = f"seq-{context.recorded.seq}"
    document_no = context.problem.document_no
    yield context.order(
        OPENING[round_.kind], HANDLERS, occasion, document_no=document_no, why="reassigned"
    )
    yield context.order(
        NoticeKind.REASSIGNED,
        HANDLERS,
        occasion,
        district=event.from_district,
        to_district=event.to_district,
        why=event.why.value,
    )


ORDERS: ByEvent = {
    e.ObjectionRaised: handed_in("objection"),
    e.ObjectionDecided: _objection_decided,
    e.ProblemReassigned: _reassigned,
}
