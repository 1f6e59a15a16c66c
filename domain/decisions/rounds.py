"""Opening a round and moving its due date."""

from __future__ import annotations

from datetime import date

from domain.deadlines import DayCountRule, DueDate, due_date, due_instant
from domain.decisions.draft import Draft
from domain.events import AGREED, DueDateMoved, MovedWhy, RoundOpened
from domain.local_time import midnight_ending
from domain.problem import Round
from domain.stages import RoundKind


def open_round(draft: Draft, kind: RoundKind, counted_from: date, rule: DayCountRule) -> None:
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
        )
    )


def open_promised_round(draft: Draft, promised_on: date) -> None:
    """Open the rectification round for a date the district promised and the officer accepted.

    A promised day stands as it was promised: it is not counted and does not roll.
    """
    draft.add(
        RoundOpened(
            round_no=len(draft.problem.rounds) + 1,
            kind=RoundKind.RECTIFICATION,
            district=draft.problem.district,
            counted_from=draft.today,
            due_on=promised_on,
            due_at=midnight_ending(promised_on),
            provisional=False,
            calendar_version=draft.rules.calendar.version,
            clause=AGREED,
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
    rule = rule_of(draft, round_) or draft.rules.policy.clocks.redo
    due = due_date(counted_from, rule, draft.rules.calendar)
    if due.due_on >= round_.due_on:
        _move(draft, round_, due, why, reason)


def move_due_date(draft: Draft, round_: Round, due_on: date, why: MovedWhy, reason: str) -> None:
    """Give an open round another last day; its first day stays."""
    rule, calendar = rule_of(draft, round_), draft.rules.calendar
    due_at = midnight_ending(due_on) if rule is None else due_instant(due_on, rule)
    due = DueDate(
        due_on=due_on,
        due_at=due_at,
        provisional=rule is not None and not calendar.is_announced(due_on),
        counted_from=round_.counted_from,
        calendar_version=calendar.version,
        clause="",
    )
    _move(draft, round_, due, why, reason)


def _move(draft: Draft, round_: Round, due: DueDate, why: MovedWhy, reason: str) -> None:
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
