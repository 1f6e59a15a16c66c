"""Appeals, and their answers."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import LEADERS, ByEvent, NoticeContext, handed_in, task
from domain.notices.kinds import NoticeKind, NoticeOrder
from domain.policy import Position


def _appeal_decided(context: NoticeContext, event: e.AppealDecided) -> Iterator[NoticeOrder]:
    for deduction in context.problem.deductions:
        if deduction.seq == event.deduction:
            yield context.order(
                NoticeKind.APPEAL_DECIDED,
                LEADERS,
                f"seq-{context.recorded.seq}",
                district=deduction.district,
                upheld="yes" if event.upheld else "no",
                points=str(deduction.points),
            )


def _came_back(context: NoticeContext, event: e.PointsNoticeFailed) -> Iterator[NoticeOrder]:
    """A notice to one recipient came back; where another one has it, nothing is to be done."""
    row = context.problem.deduction(event.deduction)
    if row is not None and row.unreceived:
        yield task(context, "bounce", (Position.CASE_OFFICER,))


ORDERS: ByEvent = {
    e.PointsNoticeFailed: _came_back,
    e.AppealFiled: handed_in("appeal"),
    e.AppealDecided: _appeal_decided,
}
