"""Telling of lateness, the list and levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain import events as e
from domain.local_time import last_day_before
from domain.notices.context import BUREAU, LEADERS, ByEvent, NoticeContext
from domain.notices.kinds import DUE_RUNG, TRANSFER_RUNG, NoticeKind, NoticeOrder
from domain.problem import Problem
from domain.rules import FAIR_POINTS
from domain.stages import Light


def _fact(context: NoticeContext, event: e.FactEstablished) -> Iterator[NoticeOrder]:
    """The due instant itself is the red rung; it is sent on the next working morning.

    The transfer's own date has a rung beside it, for the round may still run; before FAIR_POINTS it had
    none.
    """
    if event.fact.value in ("no_feedback", "overdue_rectification"):
        missed = _transfer_date_missed(context, event)
        yield context.order(
            NoticeKind.OVERDUE_REMINDER,
            context.rules.policy.reminders.overdue_audience,
            TRANSFER_RUNG if missed else DUE_RUNG,
            at_once=False,
            light=Light.RED,
            **missed,
        )


def _transfer_date_missed(context: NoticeContext, event: e.FactEstablished) -> dict[str, Any]:
    """Name the transfer's own date where it was missed before the round's."""
    at, owed = event.planned_at, context.problem.open_round
    still_runs = owed is not None and owed.due_at > context.recorded.at
    if at is None or not still_runs or not context.rules.since(FAIR_POINTS):
        return {}
    return {"missed_on": last_day_before(at).isoformat()}


def _held(context: NoticeContext, event: e.ConsequenceHeld) -> Iterator[NoticeOrder]:
    yield context.order(
        NoticeKind.SERVICE_UNPROVEN,
        BUREAU,
        f"seq-{context.recorded.seq}",
        round_no=event.round_no,
        at_once=False,
    )


def _listed(
    context: NoticeContext, event: e.PlacedOnList | e.ListReasonAdded
) -> Iterator[NoticeOrder]:
    """Since FAIR_POINTS points are told in a notice of their own; before, a day's sum stood here."""
    kind, occasion, reason = NoticeKind.LISTED, f"seq-{context.recorded.seq}", event.reason.value
    if context.rules.since(FAIR_POINTS):
        yield context.order(kind, LEADERS, occasion, at_once=False, reason=reason)
        return
    deducted = sum(d.points for d in context.problem.deductions if d.on == event.on)
    yield context.order(kind, LEADERS, occasion, at_once=False, reason=reason, points=str(deducted))


def _deducted(context: NoticeContext, event: e.PointsDeducted) -> Iterator[NoticeOrder]:
    """Every deduction is told, under every policy: who is not told cannot appeal."""
    if event.told_on is not None:
        yield context.order(
            NoticeKind.POINTS_DEDUCTED,
            LEADERS,
            f"seq-{context.recorded.seq}",
            at_once=False,
            reason=event.fact.value,
            points=str(event.points),
            clause=event.clause,
            year=str(event.year),
            deduction=str(context.recorded.seq),
            **_ground_of(context, event),
            **_window_of(context, event),
        )


def _window_of(context: NoticeContext, event: e.PointsDeducted) -> dict[str, Any]:
    """Say for how many working days after its receipt the notice may be answered by an appeal."""
    window = context.rules.policy.clocks.appeal_working_days
    return {"appeal_days": str(window)} if event.awaits_receipt else {}


def _ground_of(context: NoticeContext, event: e.PointsDeducted) -> dict[str, Any]:
    """Say how long a lateness had lasted, and what a stated fact rests on, where it is so."""
    grounds = {one.seq: one.source for one in context.problem.grounds}
    told = {
        "days_late": str(event.days_late or ""),
        "source": grounds.get(event.established, ""),
    }
    return {name: value for name, value in told.items() if value}


def _given_back(
    context: NoticeContext, event: e.PointsRepriced | e.PointsReversed
) -> Iterator[NoticeOrder]:
    """What was given back is told too, unless the answer to an appeal says it."""
    row = context.problem.deduction(event.deduction)
    answered = isinstance(event, e.PointsReversed) and row is not None and row.appeal is not None
    if not answered and context.rules.since(FAIR_POINTS):
        yield context.order(
            NoticeKind.POINTS_GIVEN_BACK,
            LEADERS,
            f"seq-{context.recorded.seq}",
            at_once=False,
            district=event.district,
            reason=event.fact.value,
            points=str(event.points),
            clause=event.clause,
            year=str(event.year),
        )


def _unlisted(context: NoticeContext, event: e.TakenOffList) -> Iterator[NoticeOrder]:
    """Tell the district, and the keeper of the list where it gave a number."""
    if event.why is not e.OffWhy.NO_GROUND_LEFT:
        return
    listed, occasion = _listed_as(context.problem), f"seq-{context.recorded.seq}"
    yield context.order(NoticeKind.UNLISTED, LEADERS, occasion, at_once=False, district=listed)
    number = context.problem.entries[-1].number
    if number:
        yield context.order(
            NoticeKind.BUREAU_TASK,
            BUREAU,
            occasion,
            district=listed,
            task="unlisted",
            number=number,
        )


def _listed_as(problem: Problem) -> str:
    """Give the district that was listed: the present one may have had the problem only since."""
    since = problem.entries[-1].since
    listed = next((g.district for g in problem.grounds if g.seq == since), problem.district)
    return problem.district if listed in problem.held_as else listed


def _level(context: NoticeContext, event: e.LevelRaised) -> Iterator[NoticeOrder]:
    if event.level > 1:
        yield context.order(
            NoticeKind.LEVEL_RAISED,
            LEADERS,
            f"seq-{context.recorded.seq}",
            at_once=False,
            level=str(event.level),
            title=event.title,
        )


def _lowered(context: NoticeContext, event: e.LevelLowered) -> Iterator[NoticeOrder]:
    yield context.order(
        NoticeKind.LEVEL_LOWERED,
        LEADERS,
        f"seq-{context.recorded.seq}",
        at_once=False,
        level=str(event.level),
        title=event.title,
    )


ORDERS: ByEvent = {
    e.LevelLowered: _lowered,
    e.FactEstablished: _fact,
    e.ConsequenceHeld: _held,
    e.PlacedOnList: _listed,
    e.ListReasonAdded: _listed,
    e.TakenOffList: _unlisted,
    e.PointsDeducted: _deducted,
    e.PointsRepriced: _given_back,
    e.PointsReversed: _given_back,
    e.LevelRaised: _level,
}
