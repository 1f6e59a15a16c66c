"""Appeals, and their answers."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as e
from domain.notices.context import LEADERS, ByEvent, NoticeContext, handed_in
from domain.notices.kinds import NoticeKind, NoticeOrder


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


ORDERS: ByEvent = {
    e.AppealFiled: handed_in("appeal"),
    e.AppealDecided: _appeal_decided,
}
