"""Opening a round and moving its due date."""

from __future__ import annotations

from datetime import date, datetime

from domain.deadlines import DayCountRule, DueDate, due_date, due_instant
from domain.decisions.bureaus_time import settle
from domain.decisions.draft import Draft
from domain.events import (
    AGREED,
    GRANTED,
    TOLD,
    DueDateMoved,
    MovedWhy,
    RoundOpened,
    TransferDateMoved,
)
from domain.local_time import midnight_ending
from domain.problem import Problem, Round
from domain.rules import FAIR_POINTS
from domain.stages import RoundKind


def open_round(
    draft: Draft,
    kind: RoundKind,
    counted_from: date,
    rule: DayCountRule,
    *,
    entered_late: bool = False,
) -> None:
    """Open a round whose due date is counted by a rule of the policy."""
    due = due_date(counted_from, rule, draft.rules.calendar)
    draft.add(
        RoundOpened(
            round_no=len(draft.problem.rounds) + 1,
            kind=kind,
            district=draft.problem.district,
            counted_from=counted_from,
            due_on=due.due_on,
            due_at=due.due_at,
            provisional=due.provisional,
            calendar_version=draft.rules.calendar.version,
            clause=due.clause,
            needs_proof=needs_proof(draft),
            entered_late=entered_late,
        )
    )


def needs_proof(draft: Draft) -> bool:
    """Say whether a round opened now waits for proof before anything falls due.

    参照《民法典》第一百三十七条: what is declared takes effect when it reaches whom it is meant for.
    """
    return draft.rules.since(FAIR_POINTS) and draft.rules.policy.demands_proof_of_service


def ask_again(draft: Draft, kind: RoundKind, rule: DayCountRule, kept: Round | None) -> None:
    """Open a round by a rule, but not due before the date that was told for `kept`."""
    due = due_date(draft.today, rule, draft.rules.calendar)
    if kept is None or kept.due_on <= due.due_on:
        open_round(draft, kind, draft.today, rule)
        return
    draft.add(
        RoundOpened(
            round_no=len(draft.problem.rounds) + 1,
            kind=kind,
            district=draft.problem.district,
            counted_from=draft.today,
            due_on=kept.due_on,
            due_at=kept.due_at,
            provisional=kept.provisional,
            calendar_version=draft.rules.calendar.version,
            clause=_clause_of(kept),
            needs_proof=needs_proof(draft),
        )
    )


def _clause_of(kept: Round) -> str:
    if kept.agreed:
        return AGREED
    return GRANTED if kept.extensions else TOLD


def instant_ending(draft: Draft, round_: Round, due_on: date) -> datetime:
    """Give the instant at which a round would end whose last day were `due_on`."""
    rule = rule_of(draft, round_)
    return midnight_ending(due_on) if rule is None else due_instant(due_on, rule)


def transfer_date_running(problem: Problem) -> date | None:
    """Give the transfer's own date for rectification while it may still be missed, else None.

    One that had passed before the problem was brought in is missed by nobody any more, nor one that passed
    before the open round began: the bureau had the answer then.
    """
    due_on, owed = problem.rectification_due_on, problem.open_round
    over = problem.rectification_agreed or problem.transfer_date_missed
    if due_on is None or over or problem.fell_before(midnight_ending(due_on)):
        return None
    kept = owed is not None and midnight_ending(due_on) <= owed.opened_at
    return None if kept else due_on


def move_transfer_date(draft: Draft, due_on: date, why: MovedWhy, reason: str) -> None:
    """Move the transfer's own date along, where it runs and would come earlier."""
    running = transfer_date_running(draft.problem)
    if running is not None and running < due_on:
        draft.add(TransferDateMoved(from_on=running, due_on=due_on, reason=reason, why=why))


def leave_days(draft: Draft, told_on: date, why: MovedWhy) -> None:
    """Give what passed meanwhile the days in which a unit may object, from the day it was told.

    Whoever was told so early that those days are over by the date keeps the date as it was.
    """
    until = draft.rules.working_days_after(
        told_on, draft.rules.policy.limits.objection_working_days
    )
    running, round_ = transfer_date_running(draft.problem), draft.problem.open_round
    if running is not None and midnight_ending(running) <= draft.now:
        move_transfer_date(draft, until, why, why.label)
    passed = round_ is not None and round_.due_at <= draft.now and round_.overdue_at is None
    if round_ is not None and passed and round_.due_on < until:
        move_due_date(draft, round_, until, why, why.label)


def open_promised_round(
    draft: Draft,
    promised_on: date,
    kind: RoundKind = RoundKind.RECTIFICATION,
    counted_from: date | None = None,
) -> None:
    """Open a round, usually of rectification, for a date that was promised and accepted.

    A promised day stands as it was promised: it is not counted and does not roll.
    """
    draft.add(
        RoundOpened(
            round_no=len(draft.problem.rounds) + 1,
            kind=kind,
            district=draft.problem.district,
            counted_from=counted_from or draft.today,
            due_on=promised_on,
            due_at=midnight_ending(promised_on),
            provisional=False,
            calendar_version=draft.rules.calendar.version,
            clause=AGREED,
            needs_proof=needs_proof(draft),
        )
    )


def rule_of(draft: Draft, round_: Round) -> DayCountRule | None:
    """Give the rule an open round's days are counted by; None for a date that was agreed."""
    clocks = draft.rules.policy.clocks
    if round_.agreed:
        return None
    return {
        RoundKind.FEEDBACK: clocks.feedback,
        RoundKind.SUPPLEMENT: clocks.supplement,
        RoundKind.RECTIFICATION: clocks.redo,
    }[round_.kind]


def recount(draft: Draft, round_: Round, counted_from: date, why: MovedWhy, reason: str) -> None:
    """Count an open round anew from another day (a recorded change; both dates stay).

    A date that was agreed has no rule of its own; it gets the days of a repeated rectification. A
    date already told, by an extension perhaps, never moves earlier.
    """
    due = _counted(draft, round_, counted_from)
    if due.due_on >= round_.due_on:
        _move(draft, round_, due, why, reason)


def date_counted_from(draft: Draft, round_: Round, counted_from: date) -> date:
    """Give the last day an open round would have, counted anew from a day."""
    return _counted(draft, round_, counted_from).due_on


def _counted(draft: Draft, round_: Round, counted_from: date) -> DueDate:
    rule = rule_of(draft, round_) or draft.rules.policy.clocks.redo
    return due_date(counted_from, rule, draft.rules.calendar)


def move_due_date(draft: Draft, round_: Round, due_on: date, why: MovedWhy, reason: str) -> None:
    """Give an open round another last day; its first day stays."""
    rule, calendar = rule_of(draft, round_), draft.rules.calendar
    due = DueDate(
        due_on=due_on,
        due_at=instant_ending(draft, round_, due_on),
        provisional=rule is not None and not calendar.is_announced(due_on),
        counted_from=round_.counted_from,
        calendar_version=calendar.version,
        clause="",
    )
    _move(draft, round_, due, why, reason)


def _move(draft: Draft, round_: Round, due: DueDate, why: MovedWhy, reason: str) -> None:
    settle(draft)
    draft.add(
        DueDateMoved(
            round_no=round_.round_no,
            counted_from=due.counted_from,
            from_on=round_.due_on,
            due_on=due.due_on,
            due_at=due.due_at,
            provisional=due.provisional,
            calendar_version=draft.rules.calendar.version,
            reason=reason,
            why=why,
        )
    )
