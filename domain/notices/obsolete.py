"""When a notice has become pointless before it was handed over."""

from __future__ import annotations

from datetime import datetime

from domain.bureau import owes
from domain.events import BureauDuty
from domain.notices.kinds import (
    DIGESTIBLE,
    DUE_RUNG,
    OF_A_ROUND,
    OPENS_ROUND,
    NoticeKind,
    NoticeOrder,
    deduction_told_in,
)
from domain.problem import Problem
from domain.reminders import OVERDUE_RUNG
from domain.stages import LATENESS, Fact, Stage


def is_obsolete(order: NoticeOrder, problem: Problem, *, answer_in_inbox: bool) -> str:
    """Say why a notice must not be handed over any more; empty when it still must.

    `answer_in_inbox` is whether the inbox holds an answer of the order's round that the life has
    not yet seen: nobody is reminded after his answer.
    """
    if order.kind in OF_A_ROUND:
        if order.district != problem.district:
            return "reassigned"
        if order.round_no < len(problem.rounds):
            return "later_round"
    if _has_fallen(order, problem):
        return "fallen"
    if order.kind in DIGESTIBLE:
        return _reminder_obsolete(order, problem, answer_in_inbox=answer_in_inbox)
    return _other_obsolete(order, problem)


def not_sent_again(order: NoticeOrder, problem: Problem, now: datetime) -> str:
    """Say why a notice whose sending is not known, its records being lost, is not sent; empty when it is.

    What is still to come goes out, and what a district must be proven to have got; nobody is told
    anything else a second time.
    """
    pointless = is_obsolete(order, problem, answer_in_inbox=False)
    if pointless or order.not_before > now or _must_arrive(order, problem):
        return pointless
    return "sending_unknown"


def _must_arrive(order: NoticeOrder, problem: Problem) -> bool:
    round_ = problem.open_round
    if order.kind in OPENS_ROUND:
        return round_ is not None and round_.unproven
    return deduction_told_in(order.key) in {one.seq for one in problem.unreceived}


def _other_obsolete(order: NoticeOrder, problem: Problem) -> str:
    round_ = problem.open_round
    if order.kind in OPENS_ROUND and round_ is None:
        return "answered"
    if order.kind is NoticeKind.SERVICE_UNPROVEN and (round_ is None or round_.held_at is None):
        return "no_longer_held"
    if order.kind is NoticeKind.CLOSED and problem.stage is not Stage.CLOSED:
        return "reopened"
    if order.kind is NoticeKind.BUREAU_OVERDUE and not _still_late(order, problem):
        return "done_meanwhile"
    return ""


def _has_fallen(order: NoticeOrder, problem: Problem) -> bool:
    """Say whether what a notice tells of lateness, a deduction, a listing or a level has fallen."""
    if order.kind in DIGESTIBLE:
        return _lateness_has_fallen(order, problem)
    last = problem.entries[-1] if problem.entries else None
    if order.kind is NoticeKind.LEVEL_RAISED and problem.entry is not None:
        return problem.level < int(dict(order.details)["level"])
    if order.kind is NoticeKind.LISTED and last is not None:
        reason = Fact(dict(order.details)["reason"])
        return reason in last.fallen and reason not in last.reasons
    if order.kind is NoticeKind.LEVEL_RAISED:
        return last is not None and bool(last.fallen) and not last.reasons
    if order.kind is not NoticeKind.POINTS_DEDUCTED:
        return False
    row = problem.deduction(int(dict(order.details)["deduction"]))
    return row is not None and not row.left


def _lateness_has_fallen(order: NoticeOrder, problem: Problem) -> bool:
    """Say whether nobody is late any more with what a reminder presses for."""
    round_ = problem.open_round
    if round_ is None:
        return False
    fell = any(one.fallen_seq and one.fact in LATENESS for one in problem.grounds)
    late = round_.overdue_at is not None or problem.transfer_date_missed
    gone = order.rung == DUE_RUNG and fell and not late
    return round_.excused_at is not None or gone


def _still_late(order: NoticeOrder, problem: Problem) -> bool:
    """Say whether the bureau still owes what it was late with when the notice was ordered."""
    details = dict(order.details)
    duty = BureauDuty(details["duty"])
    if "ref" not in details:
        return bool(problem.bureau_overdue)
    return owes(problem, duty, details["ref"])


def _reminder_obsolete(order: NoticeOrder, problem: Problem, *, answer_in_inbox: bool) -> str:
    round_ = problem.open_round
    if round_ is None or answer_in_inbox:
        return "answered"
    if problem.suspension is not None:
        return "suspended"
    rungs = round_.rungs
    if order.rung in rungs and rungs.index(order.rung) < len(rungs) - 1:
        return "overtaken"
    if order.rung == DUE_RUNG and any(rung.startswith(OVERDUE_RUNG) for rung in rungs):
        return "overtaken"
    if order.kind is NoticeKind.REMINDER and round_.overdue_at is not None:
        return "overtaken"
    return ""
