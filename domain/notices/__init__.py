"""Which notices follow from events, to whom, and when one has become pointless.

Orders are stored in the same transaction as the events that caused them; a courier hands them over
later and asks `is_obsolete` once more, just before it does. A mail carries the problem's number and
dates, never its text or the enterprise's name.
"""

from __future__ import annotations

from domain import events as e
from domain.notices import (
    appeal,
    closing,
    consequences,
    districts,
    duties,
    extension,
    feedback,
    rounds,
    second_person,
    service,
    stopping,
    suspension,
    transfer,
)
from domain.notices.context import NoticeContext
from domain.notices.kinds import (
    CARRIES_LINK,
    DIGESTIBLE,
    DUE_RUNG,
    NEED_PROOF,
    NOTICE_LABELS,
    OF_A_ROUND,
    OPENS_ROUND,
    RESEND,
    TELLS_OF_POINTS,
    NoticeKind,
    NoticeOrder,
    is_resend,
    notice_key,
)
from domain.notices.obsolete import is_obsolete, not_sent_again
from domain.problem import Problem
from domain.rules import Rules

_TOPICS = (
    transfer,
    rounds,
    feedback,
    closing,
    consequences,
    service,
    extension,
    districts,
    second_person,
    suspension,
    stopping,
    appeal,
    duties,
)
_ORDERS = {event: maker for topic in _TOPICS for event, maker in topic.ORDERS.items()}


def notice_orders(
    recorded: tuple[e.Recorded, ...], problem: Problem, rules: Rules
) -> tuple[NoticeOrder, ...]:
    """Give the notices that follow from one decision's events; `problem` is as they left it.

    A red light goes out as one overdue reminder, whatever grounds stand behind it.
    """
    orders: dict[str, NoticeOrder] = {}
    for one in recorded:
        maker = _ORDERS.get(type(one.event))
        if maker is not None:
            for order in maker(NoticeContext(one, problem, rules), one.event):
                orders[order.key] = order
    return tuple(orders.values())


__all__ = [
    "CARRIES_LINK",
    "DIGESTIBLE",
    "DUE_RUNG",
    "NEED_PROOF",
    "NOTICE_LABELS",
    "OF_A_ROUND",
    "OPENS_ROUND",
    "RESEND",
    "TELLS_OF_POINTS",
    "NoticeKind",
    "NoticeOrder",
    "is_obsolete",
    "is_resend",
    "not_sent_again",
    "notice_key",
    "notice_orders",
]
